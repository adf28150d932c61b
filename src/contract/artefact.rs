//! The generated files, and how they differ from what stands in a folder.

use super::drift::{Change, Class, changes};
use super::record::{Records, from_lines, records, to_lines};
use super::schema::{render, schema};

/// Path of the JSON Schema below the output folder.
pub const SCHEMA_PATH: &str = "schema/models.providers.schema.json";

/// Path of the help baseline below the output folder.
pub const BASELINE_PATH: &str = "baselines/models.providers.help.jsonl";

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Path below the output folder.
    pub path: &'static str,
    /// Its content; the same bytes on every machine.
    pub text: String,
}

/// Both generated files.
#[must_use]
pub fn generate() -> [Artefact; 2] {
    let schema = schema();
    [
        Artefact {
            path: SCHEMA_PATH,
            text: render(&schema),
        },
        Artefact {
            path: BASELINE_PATH,
            text: to_lines(&records(&schema)),
        },
    ]
}

/// How one file in a folder differs from the generated one.
#[derive(Debug)]
pub struct Drift {
    /// Path below the output folder.
    pub path: &'static str,
    /// What stands there; `None` when there is no file.
    pub found: Option<String>,
    /// What should stand there.
    pub wanted: String,
    /// Whether there is a file, and it is what it should be: a schema, a baseline.
    pub is_readable: bool,
    /// The changes; never empty.
    pub changes: Vec<Change>,
}

/// Compares the files of a folder with the generated ones; none are returned when all is well.
///
/// Neither side is known to be the older one, but the two files check each other: where both say
/// the same of a path, the contract has moved on and the change is from them to it; where only one
/// differs, that file was edited, and the change is from the contract to it.
#[must_use]
pub fn drift(found_schema: Option<String>, found_baseline: Option<String>) -> Vec<Drift> {
    let generated = generate();
    let contract = records(&schema());
    let schema_records = found_schema.as_deref().and_then(|text| {
        let schema = serde_json::from_str(text).ok()?;
        Some(records(&schema))
    });
    let baseline_records = found_baseline
        .as_deref()
        .and_then(|text| from_lines(text).ok());
    let found = [
        (
            found_schema,
            schema_records.as_ref(),
            baseline_records.as_ref(),
        ),
        (
            found_baseline,
            baseline_records.as_ref(),
            schema_records.as_ref(),
        ),
    ];
    let pairs = generated.into_iter().zip(found);
    let differing = pairs.filter(|(artefact, (found, ..))| found.as_ref() != Some(&artefact.text));
    differing
        .map(|(artefact, (found, own, other))| Drift {
            path: artefact.path,
            is_readable: own.is_some(),
            changes: match (&found, own) {
                (None, _) => vec![whole_file("is missing")],
                (Some(_), None) => vec![whole_file("is neither a JSON Schema nor JSON Lines")],
                (Some(_), Some(own)) => explain(own, other, &contract),
            },
            found,
            wanted: artefact.text,
        })
        .collect()
}

fn whole_file(what: &str) -> Change {
    Change {
        class: Class::Breaking,
        path: String::new(),
        what: format!("the file {what}"),
    }
}

/// The changes between one file and the contract, each told in the direction it happened.
fn explain(own: &Records, other: Option<&Records>, contract: &Records) -> Vec<Change> {
    let was_edited = |path: &String| {
        let other = other.map(|other| other.get(path));
        own.get(path) != contract.get(path) && other == Some(contract.get(path))
    };
    let mut found = changes(own, contract);
    found.retain(|change| !was_edited(&change.path));
    for mut change in changes(contract, own) {
        if was_edited(&change.path) {
            change.what.insert_str(0, "edited by hand: ");
            found.push(change);
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    if found.is_empty() {
        found.push(Change {
            class: Class::HelpOnly,
            path: String::new(),
            what: "the text differs, the contract does not".to_owned(),
        });
    }
    found
}
