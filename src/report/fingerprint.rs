//! Which finding is the same as one seen before, however the config around it has moved.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Folder;
use crate::diagnostic::Finding;
use crate::json5::{Path, Segment};

/// What stays of a finding when lines shift and lists grow. It never holds a secret, since none of
/// its parts does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The file, as it is called from a folder that does not change.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// The path in the config with `*` for each place in a list.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl Identity {
    /// The identity of a finding in the file that is called so.
    #[must_use]
    pub fn of(finding: &Finding, file: String) -> Identity {
        Identity {
            file,
            rule: finding.rule.id.to_owned(),
            path: pattern(&finding.path),
            message: finding.message.clone(),
        }
    }

    /// The fingerprint of the `nth` finding of this identity, counted from 1: SHA-256, in hex.
    #[must_use]
    pub fn fingerprint(&self, nth: usize) -> String {
        let mut hash = Sha256::new();
        for part in [&self.file, &self.rule, &self.path, &self.message] {
            // With its length in front no part can pass for the end of the one before.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update((nth as u64).to_be_bytes());
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The path with `*` for each place in a list.
fn pattern(path: &Path) -> String {
    let steps = path.0.iter().map(|segment| match segment {
        Segment::Key(key) => key.as_str(),
        Segment::Index(_) => "*",
    });
    steps.collect::<Vec<_>>().join(".")
}

/// Numbers findings of one identity, in the order of the report.
#[derive(Debug, Default)]
pub struct Numbering(HashMap<Identity, usize>);

impl Numbering {
    /// How many of this identity there are now, this one included.
    pub fn next(&mut self, identity: Identity) -> usize {
        let count = self.0.entry(identity).or_default();
        *count += 1;
        *count
    }

    /// The fingerprint of the next finding: no two of a report are the same.
    pub(super) fn fingerprint(
        &mut self,
        finding: &Finding,
        file_name: &str,
        folder: &Folder,
    ) -> String {
        let identity = Identity::of(finding, folder.name(file_name));
        let nth = self.next(identity.clone());
        identity.fingerprint(nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(path: &str, message: &str) -> Identity {
        Identity {
            file: "a".to_owned(),
            rule: "r".to_owned(),
            path: path.to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn places_in_lists_do_not_count_and_keys_do() {
        let of = |index: usize| {
            let models = Path::from_iter(["models", "0"]);
            pattern(&models.child(index).child("name"))
        };
        assert_eq!(of(3), "models.0.*.name");
        assert_eq!(of(3), of(7));
    }

    #[test]
    fn every_part_and_the_number_count() {
        let prints = [
            identity("p", "m").fingerprint(1),
            identity("p", "m").fingerprint(2),
            identity("pm", "").fingerprint(1),
            identity("p", "n").fingerprint(1),
        ];
        let different: std::collections::BTreeSet<&String> = prints.iter().collect();
        assert_eq!(different.len(), prints.len());
        assert!(prints.iter().all(|print| print.len() == 64));
    }

    #[test]
    fn equal_ones_are_numbered() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.next(identity("p", "m")), 1);
        assert_eq!(numbering.next(identity("q", "m")), 1);
        assert_eq!(numbering.next(identity("p", "m")), 2);
    }
}
