//! Edges of loading: bounds of includes at both neighbours, the `env` block, escaped directives.

use clawconf::config::{Config, IncludeProblem, Variables};
use clawconf::json5::{MAX_DEPTH, Node};

use crate::common::{self, load};

fn problems(config: &Config) -> Vec<&IncludeProblem> {
    config
        .include_errors
        .iter()
        .map(|error| &error.problem)
        .collect()
}

/// A config that includes `text` so many times.
fn repeated(times: usize, text: &str) -> Config {
    let list = vec!["'./p.json5'"; times].join(",");
    load(
        &format!("{{ x: {{ $include: [{list}] }} }}"),
        &[("p.json5", Some(text))],
        &[],
    )
}

#[test]
fn a_thousand_inclusions_are_fine_and_one_more_is_not() {
    assert!(problems(&repeated(1000, "{}")).is_empty());
    assert!(matches!(
        problems(&repeated(1001, "{}"))[..],
        [IncludeProblem::TooMany]
    ));
}

#[test]
fn sixteen_mebibytes_in_all_are_fine_and_one_file_more_is_not() {
    let file = format!("{{}}{}", " ".repeat(2 * 1024 * 1024 - 2));
    assert!(problems(&repeated(8, &file)).is_empty());
    assert!(matches!(
        problems(&repeated(9, &file))[..],
        [IncludeProblem::TooMany]
    ));
}

#[test]
fn nesting_over_files_is_limited_at_the_limit() {
    let of = |levels: usize| {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        load(
            "{ x: { $include: './p.json5' } }",
            &[("p.json5", Some(&deep))],
            &[],
        )
    };
    assert!(problems(&of(MAX_DEPTH - 1)).is_empty());
    assert!(matches!(
        problems(&of(MAX_DEPTH))[..],
        [IncludeProblem::TooNested]
    ));
}

#[test]
fn a_directive_may_be_written_with_escapes() {
    let text = r#"{ x: { "$incl\u0075de": "./p.json5" } }"#;
    let config = load(text, &[("p.json5", Some("{ y: 1 }"))], &[]);
    let x = config.tree().unwrap().root().get("x").unwrap();
    assert_eq!(x.get("y").and_then(Node::number), Some(1.0));
}

#[test]
fn a_shadowed_value_beside_an_include_stays_what_it_was() {
    let text = "{ n: 1, n: 2, x: { $include: './p.json5' } }";
    let config = load(text, &[("p.json5", Some("{}"))], &[]);
    let root = config.tree().unwrap().root();
    let numbers: Vec<_> = root
        .entries()
        .filter_map(|entry| entry.value.number())
        .collect();
    assert_eq!(numbers, [1.0, 2.0]);
}

#[test]
fn a_config_may_not_set_what_steers_programs() {
    let text = r#"{ env: { vars: { LD_X: "x", GIT_CONFIG_X: "x", "1X": "x", "A-B": "x" } },
                    v: "${LD_X}${GIT_CONFIG_X}" }"#;
    let config = load(text, &[], &[]);
    let names: Vec<_> = config
        .missing
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["LD_X", "GIT_CONFIG_X"]);
}

#[test]
fn variables_are_known_by_name_only() {
    let mut variables = Variables::default();
    variables.set("NAME", "value");
    assert_eq!(format!("{variables:?}"), r#"["NAME"]"#);
}

#[test]
fn the_command_line_sets_variables() {
    let text = "{models:{providers:{l:{baseUrl:'http://h',models:[],api:'${API}'}}}}";
    let code = |env: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = common::clawconf(folder.path());
        command.args(["lint", "-"]).args(env);
        common::with_input(&mut command, text.as_bytes())
            .status
            .code()
    };
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--env", "API=ollama"]), Some(0));
    assert_eq!(
        code(&["--env", "API=ollama", "--env", "API=x"]),
        Some(1),
        "the last one counts"
    );
}
