//! The words of every finding, over all fixtures: a changed sentence shows up in review.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::fixtures::{self, ROOT};

#[test]
fn every_finding_of_the_fixtures_in_words() {
    let mut folders: Vec<_> = fs::read_dir(ROOT)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    folders.sort();
    for folder in folders {
        let mut findings: Vec<Value> = Vec::new();
        for mut command in fixtures::commands(&Path::new(ROOT).join(&folder), &[]) {
            let output = command.output().unwrap();
            let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
            findings.append(report["findings"].as_array_mut().unwrap());
        }
        let mut told = String::new();
        for finding in findings {
            let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
            let fix = finding["fix"]["title"].as_str().unwrap_or("-");
            let start = &finding["start"];
            told.push_str(&format!(
                "{}:{}:{} {} {}\n  {}\n  {}\n  fix: {fix}\n",
                text("file"),
                start["line"],
                start["column"],
                text("severity"),
                text("path"),
                text("message"),
                text("help"),
            ));
        }
        let name = folder.to_str().unwrap().replace('-', "_");
        insta::assert_snapshot!(format!("words_of_{name}"), told);
    }
}
