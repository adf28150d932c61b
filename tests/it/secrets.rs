//! No secret reaches an output, in any format, of any text: planted ones are looked for in all that
//! lint says of a config and of every one-character change of it.

use clawconf::contract::credential::Credential;
use clawconf::contract::masking::masked;
use clawconf::diagnostic::Finding;
use clawconf::lint::{Selection, lint};
use clawconf::report::{Folder, Linted, Source, github, gitlab, human, json, junit, sarif};

use crate::common;

/// Part of every planted secret. No number of it is a word, a number or a host by itself.
const PLANTED: &str = "Zq7Planted";

const CONFIG: &str = r#"{
  // left over: Zq7Planted0
  env: { vars: { LM_KEY: "Zq7Planted1" } },
  gateway: { auth: { token: "Zq7Planted2" } },
  models: {
    providers: {
      lab: {
        baseUrl: "http://me:Zq7Planted3@10.0.0.1:8000/v1?key=Zq7Planted4",
        apiKey: "Zq7Planted5",
        api_key: "Zq7Planted6",
        headers: { "x-key": "Zq7Planted7", authorization: "Bearer Zq7Planted8" },
        params: { extra: { secret: "Zq7Planted9" } },
        request: {
          headers: { "x-site": "Zq7Planted10" },
          auth: { mode: "header", headerName: "x-key", value: "Zq7Planted11" },
          tls: { key: "Zq7Planted12", passphrase: 'Zq7Planted13', ca: "Zq7Planted14" },
          proxy: { mode: "explicit-proxy", url: "http://p:Zq7Planted15@proxy:3128" },
        },
        localService: {
          command: "/usr/bin/server",
          args: ["--api-key", "Zq7Planted16"],
          env: { TOKEN: "Zq7Planted17" },
        },
        models: [
          { id: "m", headers: { "x-model": "Zq7Planted18" } },
          { id: "n", name: "N", temperature: 0.2, apiKey: "Zq7Planted19" },
        ],
      },
      "no-models": { baseUrl: "http://localhost", authHeader: "Bearer Zq7Planted20", auth: "Zq7Planted21" },
    },
  },
}
"#;

/// Everything lint says of `text`, in all formats.
fn said(text: &str) -> String {
    said_with(text, &[])
}

/// The same with variables.
fn said_with(text: &str, variables: &[(&str, &str)]) -> String {
    let config = common::load(text, &[], variables);
    let findings: Vec<Finding> = lint(&config, &Selection::default());
    let sources = config.into_texts().into_iter().map(|(file, text)| Source {
        shifts: file.shifts(),
        name: file.name,
        masked: masked(&text),
        text,
    });
    let linted = [Linted {
        sources: sources.collect(),
        findings,
    }];
    let mut out = Vec::new();
    let options = human::Options {
        styled: false,
        quiet: false,
    };
    human::write(&linted, options, &mut out).unwrap();
    json::write(&linted, &mut out).unwrap();
    let folder = Folder::new("/config");
    sarif::write(&linted, &[], &folder, &mut out).unwrap();
    github::write(&linted, &folder, &mut out).unwrap();
    gitlab::write(&linted, &folder, &mut out).unwrap();
    junit::write(&linted, &folder, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_config_itself_says_nothing_secret() {
    let text = said(CONFIG);
    assert!(!text.contains(PLANTED), "{text}");
    assert!(text.contains("api_key"), "there is something to say");
    assert!(!masked(CONFIG).contains(PLANTED), "{}", masked(CONFIG));
}

#[test]
fn no_change_of_one_character_makes_lint_tell() {
    let mut changes = 0;
    for (at, c) in CONFIG
        .char_indices()
        .filter(|(_, c)| "{}[]:,\"'/".contains(*c))
    {
        let (before, after) = (&CONFIG[..at], &CONFIG[at + c.len_utf8()..]);
        for new in ["", "\"", "”", "#", "\\", ":", "{", "x", "\n"] {
            let changed = format!("{before}{new}{after}");
            let text = said(&changed);
            assert!(
                !text.contains(PLANTED),
                "`{c}` at {at} became {new:?}:\n{text}"
            );
            changes += 1;
        }
    }
    assert!(changes > 1900, "{changes}");
}

#[test]
fn wrong_places_and_types_do_not_tell() {
    let places = [
        "authHeader: X",
        "headers: X",
        "params: X",
        "localService: X",
        "request: X",
        "auth: X",
        "api: X",
        "timeoutSeconds: X",
        "contextWindow: X",
        "models: X",
        "agentRuntime: X",
        "baseUrl: { a: X }",
        "request: { auth: X }",
        "request: { auth: { mode: X } }",
        "request: { tls: X }",
        "request: { proxy: X }",
        "request: { proxy: { mode: X } }",
        "request: { allowPrivateNetwork: X }",
        "apiKey: { source: X }",
        "apiKey: { source: 'env', provider: X, id: X }",
        "apiKey: { source: 'env', provider: 'default', id: X }",
        "apiKey: { X: true }",
        "apiKey: [X]",
        "headers: { a: { b: X } }",
        "models: [X]",
        "models: [{ id: 'a', input: X }]",
        "models: [{ id: 'a', name: 'b', compat: { thinkingFormat: X } }]",
        "localService: { command: 'a', args: X }",
        "localService: { command: 'a', env: X }",
        "somethingElse: X",
        "somethingElse: { apiKey: X }",
    ];
    for place in places {
        for quote in [
            "'Zq7PlantedA'",
            "'Bearer Zq7PlantedA'",
            "'http://u:Zq7PlantedA@h/v1'",
            "\"Zq7PlantedA\"",
        ] {
            let inside = place.replace('X', quote);
            let text = said(&format!(
                "{{ models: {{ providers: {{ lab: {{ {inside} }} }} }} }}"
            ));
            assert!(!text.contains(PLANTED), "{inside}\n{text}");
        }
    }
}

#[test]
fn a_wrong_command_line_does_not_tell() {
    let output = common::clawconf(".")
        .args(["lint", "--env", PLANTED, "examples"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!common::transcript(&output).contains(PLANTED));
}

#[test]
fn variables_are_used_and_never_told() {
    let text = r#"{ models: { providers: { lab: { baseUrl: "http://h", models: [], api: "${KEY}", auth: "${KEY}",
        request: { proxy: { mode: "${KEY}" } } } } } }"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("c.json5"), text).unwrap();
    for arguments in [
        &["lint", "c.json5"][..],
        &["lint", "c.json5", "--format", "json"],
        &["lint", "c.json5", "--diff", "--unsafe"],
    ] {
        let mut command = common::clawconf(folder.path());
        let given = format!("KEY={PLANTED}");
        let output = command
            .args(arguments)
            .args(["--env", &given])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(!common::transcript(&output).contains(PLANTED));
        let mut command = common::clawconf(folder.path());
        let output = command
            .args(arguments)
            .arg("--env-from-process")
            .env("KEY", PLANTED)
            .output()
            .unwrap();
        assert!(!common::transcript(&output).contains(PLANTED));
    }
}

/// Addresses with a secret in places where people put one, and odd spellings of them.
const ODD_ADDRESSES: &[&str] = &[
    "http://me:SECRET@gpu.lan:1234/v1",
    "http://SECRET@gpu.lan/v1",
    "http://me:pass/SECRET@gpu.lan/v1",
    "http://SECRET/word@gpu.lan:80/v1",
    "http://SECRET?word@gpu.lan",
    "http://SECRET#word@gpu.lan",
    "https:SECRET/word@gpu.lan",
    "https:\\\\\\\\me:SECRET@gpu.lan",
    "me:SECRET@gpu.lan:1234/v1",
    "http//me:SECRET@gpu.lan",
    "http://gpu.lan:1234/v1?key=SECRET",
    "http://gpu.lan:1234/v1#SECRET",
    "http://GPU.lan:1234/v1/SECRET0123456789abcdef/x",
    "http://sk-proj-SECRET0123456789abcdefghij/v1",
    "http://sk-proj-SECRET0123456789abcdefghij.lan:1234/v1",
    "sk-proj-SECRET0123456789abcdefghij:8080",
    "http://${HIDDEN}.lan:1234/v1",
    "http://${HIDDEN}:1234/v1",
];

#[test]
fn no_part_of_an_odd_address_is_told() {
    let secret = PLANTED.to_lowercase();
    let check = |url: &str, arguments: &[&str]| {
        let mut command = common::clawconf(".");
        command.args(["trust", "check"]).args(arguments);
        let output = command.output().unwrap();
        let told = common::transcript(&output).to_lowercase();
        assert!(!told.contains(&secret), "{url}: {told}");
    };
    for address in ODD_ADDRESSES {
        let url = address.replace("SECRET", PLANTED);
        for place in [
            format!("baseUrl: \"{url}\", models: []"),
            format!(
                "baseUrl: \"http://localhost\", models: [{{ id: \"m\", name: \"M\", baseUrl: \"{url}\" }}]"
            ),
            format!(
                "baseUrl: \"http://localhost\", localService: {{ command: \"/s\", healthUrl: \"{url}\" }}, models: []"
            ),
            format!("baseUrl: \"{url}\", request: {{ allowPrivateNetwork: true }}, models: []"),
            format!(
                "baseUrl: \"https://a.example\", request: {{ proxy: {{ mode: \"explicit-proxy\", url: \"{url}\" }} }}, models: []"
            ),
        ] {
            let text = format!("{{ models: {{ providers: {{ lab: {{ {place} }} }} }} }}");
            for hidden in [None, Some(("HIDDEN", PLANTED))] {
                let told = said_with(&text, hidden.as_slice()).to_lowercase();
                assert!(!told.contains(&secret), "{text}: {told}");
            }
        }
        // A host that is a key by its looks is what `trust check` was asked about.
        if !address.contains("sk-proj") && !address.contains("HIDDEN") {
            let url = url.replace("\\\\", "\\");
            check(&url, &["--base-url", &url]);
            check(&url, &["--base-url", &url, "--format", "json"]);
            check(
                &url,
                &["--base-url", "http://localhost", "--request-url", &url],
            );
        }
    }
}

/// Places that take a secret, with `X` for its text.
const SECRET_PLACES: &[&str] = &[
    "apiKey: X",
    "headers: { authorization: X }",
    "headers: { 'x-api-key': X, other: X }",
    "request: { headers: { cookie: X } }",
    "request: { auth: { mode: 'authorization-bearer', token: X } }",
    "request: { auth: { mode: 'header', headerName: 'x-key', value: X } }",
    "request: { tls: { key: X, passphrase: X } }",
    "request: { proxy: { mode: 'env-proxy', tls: { passphrase: X } } }",
    "localService: { command: '/s', env: { HF_TOKEN: X, NAME: X } }",
    "params: { key: X }",
];

/// Texts in which a secret may stand, as `SECRET`.
const SECRET_TEXTS: &[&str] = &[
    "SECRET",
    "Bearer SECRET",
    "Basic SECRET==",
    "sk-SECRET",
    "SECRET\\u0031",
    "SECRET...",
    "***SECRET",
    "${SECRET}",
    "${KEY:-SECRET}",
    "${KEY-SECRET}",
    "${SECRET:-x}",
    "$SECRET",
    "$${SECRET}",
    "${SECRET",
    "$(echo SECRET)",
    "{{ SECRET }}",
    "<SECRET>",
    "%SECRET%",
    "env:SECRET",
    "op://SECRET",
    "your-SECRET",
    "oauth:SECRET",
    "${KEY}SECRET$KEY",
];

/// What `clawconf lint` with these arguments prints of a config with this text; and what becomes of it.
fn printed(text: &str, arguments: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.json5");
    std::fs::write(&file, text).unwrap();
    let mut command = common::clawconf(folder.path());
    let output = command.args(["lint", "c.json5"]).args(arguments).output();
    let told = common::transcript(&output.unwrap());
    (told, std::fs::read_to_string(file).unwrap())
}

#[test]
fn no_secret_in_its_place_is_told_nor_by_a_fix() {
    let mut providers = String::new();
    for (nth, place) in SECRET_PLACES.iter().enumerate() {
        for (kind, text) in SECRET_TEXTS.iter().enumerate() {
            let quoted = format!(
                "'{}'",
                text.replace("SECRET", &format!("{PLANTED}{nth}x{kind}"))
            );
            let inside = place.replace('X', &quoted);
            providers += &format!(
                "  'gpu{nth}-{kind}': {{ baseUrl: 'http://gpu:8000/v1', {inside},\n    \
                 models: [{{ id: 'm', name: 'M', headers: {{ 'x-api-key': {quoted} }} }}] }},\n"
            );
        }
    }
    let text = format!("{{ models: {{ providers: {{\n{providers}}} }} }}\n");
    for arguments in [
        &[][..],
        &["--format", "json"],
        &["--diff"],
        &["--diff", "--unsafe"],
        &["--diff", "--unsafe", "--format", "json"],
        &["--fix", "--unsafe", "--diff"],
        &["--fix", "--unsafe"],
        &["--fix", "--unsafe", "--format", "json"],
        &["--strict-env"],
        &["--verbose", "--env", "KEY=Zq7PlantedK"],
    ] {
        let (told, _) = printed(&text, arguments);
        let line = told.lines().find(|line| line.contains(PLANTED));
        assert_eq!(line, None, "{arguments:?}");
    }
    let (_, fixed) = printed(&text, &["--fix", "--unsafe"]);
    assert!(fixed.contains("apiKey: '${GPU0_0_API_KEY}'"), "{fixed}");
    assert!(
        !fixed.contains(&format!("{PLANTED}0x0', ")),
        "the secret is gone"
    );
    for rule in [
        "literal-secret",
        "not-substituted",
        "redacted-value",
        "secret-over-http",
    ] {
        let (told, _) = printed(&text, &["--select", rule]);
        assert!(told.contains(rule), "{rule} fires");
    }
}

#[test]
fn a_template_is_one_for_the_reader_and_for_the_rules() {
    for text in [
        "${A}",
        "x${A}y",
        "${_A}",
        "${A1}${B}",
        "$$${A}",
        "${A_${B_B}}",
        "${}",
        "$",
        "{A}",
        "A",
        "${A",
        "${a}",
    ] {
        let is_replaced = clawconf::config::template_names(text).next().is_some();
        let read = Credential::read(text);
        let is_template = matches!(read, Credential::Template | Credential::Unsubstituted(_));
        assert!(!is_replaced || is_template, "{text}: {read:?}");
        assert!(
            is_replaced || read != Credential::Template,
            "{text}: {read:?}"
        );
    }
}
