//! The SARIF report: the schema of the standard, exact regions, fixes that do what `--fix` does.

use std::fs;

use clawconf::json5::{Edit, apply};
use clawconf::lint::rules;
use clawconf::report::Linted;
use serde_json::Value;

use crate::common::{clawconf, with_input};
use crate::report_formats::{linted, written};

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value, key: &str) -> usize {
    usize::try_from(value[key].as_u64().unwrap()).unwrap()
}

fn report(configs: &[Linted]) -> Value {
    serde_json::from_str(&written(configs, "sarif")).unwrap()
}

fn corpus() -> Vec<(String, String)> {
    let files = fs::read_dir("tests/corpus").unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let mut texts: Vec<(String, String)> = paths
        .map(|path| {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            (path.to_str().unwrap().to_owned(), text)
        })
        .collect();
    // Findings at the very end, behind a byte order mark, and in a file without a line.
    texts.push(("end".to_owned(), "{ models: {\n".to_owned()));
    texts.push((
        "mark".to_owned(),
        "\u{FEFF}{ a: 'ü🧠', a: 1 }\r\n".to_owned(),
    ));
    texts.push(("empty".to_owned(), String::new()));
    texts
}

#[test]
fn the_log_is_valid() {
    let schema = fs::read_to_string("tests/fixtures/schemas/sarif-2.1.0.json").unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // This pattern is a slip of the standard that JavaScript forgives; we write no language.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        let pattern = language.as_object_mut().unwrap().remove("pattern");
        assert!(pattern.is_some());
    }
    let validator = jsonschema::draft7::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let texts = corpus();
    let mut configs: Vec<Linted> = texts
        .iter()
        .map(|(name, text)| linted(name, text))
        .collect();
    let hostile = r#"{ models: { providers: { "[x](http://h) {0}\n\u001b": { models: [{ id: "[a](1) {1}" }] } } } }"#;
    for name in [
        "<stdin>",
        "a b:c%\n\u{1b}.json5",
        "/etc/x y",
        "..\\x",
        "../../../../x",
        "",
    ] {
        configs.push(linted(name, hostile));
    }
    let log = report(&configs);
    let errors: Vec<String> = validator
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
    assert!(
        validator
            .iter_errors(&serde_json::json!({ "version": "2.1.0" }))
            .count()
            > 0
    );
    let none = report(&[linted("a", "{}")]);
    assert!(validator.is_valid(&none) && list(&none["runs"][0]["results"]).is_empty());
}

#[test]
fn every_rule_is_described_and_every_result_names_its_rule() {
    let texts = corpus();
    let configs: Vec<Linted> = texts
        .iter()
        .map(|(name, text)| linted(name, text))
        .collect();
    let log = report(&configs);
    let run = &log["runs"][0];
    let described = list(&run["tool"]["driver"]["rules"]);
    assert_eq!(described.len(), rules::ALL.len());
    for (rule, told) in rules::ALL.iter().zip(described) {
        assert_eq!(told["id"], rule.info.id);
        assert_eq!(told["help"]["markdown"], rule.info.explain);
        assert_eq!(told["properties"]["tags"][0], rule.info.group);
        let reason = told["fullDescription"]["text"].as_str().unwrap();
        assert!(reason.len() > 20 && !reason.contains('\n'), "{reason}");
        assert_ne!(reason, rule.info.summary, "the page says why");
    }
    let findings = configs.iter().flat_map(|config| &config.findings);
    for (finding, result) in findings.zip(list(&run["results"])) {
        assert_eq!(result["ruleId"], finding.rule.id);
        assert_eq!(
            described[number(result, "ruleIndex")]["id"],
            finding.rule.id
        );
        let labels = list(&result["relatedLocations"]);
        assert_eq!(labels.len(), finding.labels.len());
    }
}

/// The bytes of a region, found by its lines and columns: the file as a list of lines, each with
/// its end, and no byte order mark.
fn by_columns<'t>(text: &'t str, region: &Value) -> &'t str {
    let plain = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines: Vec<&str> = plain.split_inclusive('\n').collect();
    let offset = |line: usize, column: usize| {
        let before: usize = lines.iter().take(line - 1).map(|line| line.len()).sum();
        assert!(line <= lines.len().max(1), "there is no line {line}");
        let line = lines.get(line - 1).copied().unwrap_or_default();
        assert!(
            column <= line.chars().count() + 1,
            "column {column} in {line:?}"
        );
        let inside: usize = line.chars().take(column - 1).map(char::len_utf8).sum();
        before + inside
    };
    let start = offset(number(region, "startLine"), number(region, "startColumn"));
    let end = offset(number(region, "endLine"), number(region, "endColumn"));
    &plain[start..end]
}

#[test]
fn lines_columns_and_bytes_mean_the_same() {
    let mut regions = 0;
    for (name, text) in corpus() {
        let config = linted(&name, &text);
        for (finding, result) in config.findings.iter().zip(list(
            &report(std::slice::from_ref(&config))["runs"][0]["results"],
        )) {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let start = number(region, "byteOffset");
            let bytes = &text[start..start + number(region, "byteLength")];
            assert_eq!(bytes, finding.span.of(&text));
            // A mark that is itself in question has no column.
            if !bytes.starts_with('\u{FEFF}') {
                assert_eq!(by_columns(&text, region), bytes, "{name}: {region}");
            }
            regions += 1;
        }
    }
    assert!(regions > 100, "{regions}");
}

#[test]
fn bytes_are_those_of_the_file_also_behind_bad_ones() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = b"{ // \xE9\xF0\x9F\x98\n models: { providers: { lab: { basUrl: 1 } } } }";
    fs::write(folder.path().join("a.json5"), bytes).unwrap();
    let mut command = clawconf(folder.path());
    let output = command
        .args(["lint", "a.json5", "--format", "sarif"])
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = list(&log["runs"][0]["results"]);
    let result = results
        .iter()
        .find(|result| result["ruleId"] == "unknown-key")
        .unwrap();
    let region = &result["locations"][0]["physicalLocation"]["region"];
    let start = number(region, "byteOffset");
    assert_eq!(
        &bytes[start..start + number(region, "byteLength")],
        b"basUrl"
    );
    assert!(
        results.iter().all(|result| result.get("fixes").is_none()),
        "`--fix` writes nothing here"
    );
}

#[test]
fn a_fix_does_what_the_command_does() {
    let mut fixes = 0;
    for (name, text) in corpus() {
        let config = linted(&name, &text);
        let log = report(std::slice::from_ref(&config));
        for (finding, result) in config.findings.iter().zip(list(&log["runs"][0]["results"])) {
            let Some(fix) = &finding.fix else {
                assert!(result.get("fixes").is_none());
                continue;
            };
            let told = &result["fixes"][0];
            assert_eq!(told["properties"]["safe"], fix.safe);
            let change = &told["artifactChanges"][0];
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert_eq!(&change["artifactLocation"]["uri"], uri);
            let edits = list(&change["replacements"]).iter().map(|replacement| {
                let region = &replacement["deletedRegion"];
                let start = number(region, "byteOffset");
                let span = clawconf::json5::Span::new(start, start + number(region, "byteLength"));
                assert_eq!(by_columns(&text, region), span.of(&text));
                Edit::replace(
                    span,
                    replacement["insertedContent"]["text"].as_str().unwrap(),
                )
            });
            let edits: Vec<Edit> = edits.collect();
            assert_eq!(
                apply(&text, &edits).unwrap(),
                apply(&text, &fix.edits).unwrap()
            );
            fixes += 1;
        }
    }
    assert!(fixes > 20, "{fixes}");
}

#[test]
fn standard_input_has_a_valid_uri() {
    let mut command = clawconf(".");
    command.args(["lint", "-", "--format", "sarif"]);
    let output = with_input(&mut command, b"{ a: 1, a: 1 }");
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "%3Cstdin%3E");
}
