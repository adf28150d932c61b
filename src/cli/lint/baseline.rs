//! `--baseline`: what was found before passes, what is new does not, what is gone is told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::error::Error;
use crate::cli::{files, printable, remark};
use crate::report::Linted;
use crate::report::fingerprint::Identity;

/// The form of the file that this version writes and reads.
const VERSION: u32 = 1;

/// Most findings that are told to be gone one by one.
const MOST_GONE: usize = 10;

/// The findings of an earlier run, by what stays of them when lines move, each with how many there
/// were. Files are named by the way to them from the folder of the baseline.
struct Baseline {
    folder: PathBuf,
    known: BTreeMap<Identity, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Known>,
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    file: String,
    rule: String,
    path: String,
    message: String,
    count: usize,
}

impl Baseline {
    /// An empty one, to be written to `path`.
    fn at(path: &Path) -> Baseline {
        let path = files::absolute(path);
        Baseline {
            folder: path.parent().unwrap_or(&path).to_owned(),
            known: BTreeMap::new(),
        }
    }

    /// The one that stands in a file.
    fn read(path: &Path) -> Result<Baseline, Error> {
        let mut baseline = Baseline::at(path);
        if !path.exists() {
            let reason = "there is no baseline yet; make it with `--write-baseline`";
            return Err(Error::file(path, reason));
        }
        let text = files::read_config(path)?.text;
        let how = "name another file; `--write-baseline` makes it";
        let written: Written = serde_json::from_str(&text)
            .map_err(|error| Error::file(path, format!("this is no baseline ({error}); {how}")))?;
        if written.version != VERSION {
            let reason = format!("version {} is not known here; {how}", written.version);
            return Err(Error::file(path, reason));
        }
        for known in written.findings {
            let identity = Identity {
                file: known.file,
                rule: known.rule,
                path: known.path,
                message: known.message,
            };
            *baseline.known.entry(identity).or_default() += known.count;
        }
        Ok(baseline)
    }

    /// What a file is called here that the report calls so.
    fn name(&self, name: &str) -> String {
        if name.starts_with('<') {
            return name.to_owned();
        }
        way(&self.folder, &files::absolute(Path::new(name)))
    }

    /// The files that were linted, as they are called here.
    fn linted_files(&self, linted: &[Linted]) -> BTreeSet<String> {
        let sources = linted.iter().flat_map(|config| &config.sources);
        sources.map(|source| self.name(&source.name)).collect()
    }

    /// Takes the known findings out of the report. Returns how many they are; what is left in `known`
    /// was not found again.
    fn take_known(&mut self, linted: &mut [Linted]) -> usize {
        let mut count = 0;
        for config in linted {
            let names: Vec<String> = config
                .sources
                .iter()
                .map(|source| self.name(&source.name))
                .collect();
            config.findings.retain(|finding| {
                let name = names.get(finding.file).map_or("", String::as_str);
                let identity = Identity::of(finding, name.to_owned());
                match self.known.get_mut(&identity).filter(|left| **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        count += 1;
                        false
                    }
                    None => true,
                }
            });
        }
        count
    }

    /// Adds what stands in the report.
    fn add(&mut self, linted: &[Linted]) {
        for config in linted {
            for finding in &config.findings {
                let source = config.sources.get(finding.file);
                let name = self.name(source.map_or("", |source| &source.name));
                let identity = Identity::of(finding, name);
                *self.known.entry(identity).or_default() += 1;
            }
        }
    }

    /// One line a finding, sorted, so that branches merge.
    fn text(&self) -> String {
        let line = |(identity, count): (&Identity, &usize)| {
            let known = Known {
                file: identity.file.clone(),
                rule: identity.rule.clone(),
                path: identity.path.clone(),
                message: identity.message.clone(),
                count: *count,
            };
            serde_json::to_string(&known).unwrap_or_default()
        };
        let lines: Vec<String> = self.known.iter().map(line).collect();
        let break_or_none = if lines.is_empty() { "" } else { "\n" };
        format!(
            "{{\"version\":{VERSION},\"findings\":[{break_or_none}{}{break_or_none}]}}\n",
            lines.join(",\n")
        )
    }
}

/// The way from a folder to a file, both absolute, with `/` between its steps.
fn way(folder: &Path, file: &Path) -> String {
    let shared = folder
        .components()
        .zip(file.components())
        .take_while(|(one, other)| one == other)
        .count();
    if shared == 0 {
        // On another drive.
        return file.to_string_lossy().into_owned();
    }
    let up = folder.components().skip(shared).map(|_| "..".into());
    let down = file.components().skip(shared);
    let down = down.map(|step| step.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Takes what the baseline knows out of the report, and tells what is gone.
pub(super) fn apply(path: &Path, linted: &mut [Linted], is_quiet: bool) -> Result<(), Error> {
    let mut baseline = Baseline::read(path)?;
    let count = baseline.take_known(linted);
    let files = baseline.linted_files(linted);
    let known = &baseline.known;
    let gone: Vec<&Identity> = known
        .iter()
        .filter(|(identity, left)| **left > 0 && files.contains(&identity.file))
        .map(|(identity, _)| identity)
        .collect();
    if is_quiet {
        return Ok(());
    }
    for identity in gone.iter().take(MOST_GONE) {
        let Identity {
            file,
            rule,
            message,
            ..
        } = identity;
        let file = printable(file);
        remark(&format!("gone: {file}: {rule}: {message}"));
    }
    if gone.len() > MOST_GONE {
        remark(&format!("and {} more are gone", gone.len() - MOST_GONE));
    }
    if !gone.is_empty() {
        remark("`--write-baseline` takes out of the baseline what is gone");
    }
    if count > 0 {
        let findings = if count == 1 { "finding" } else { "findings" };
        remark(&format!(
            "{count} {findings} known from the baseline, not shown"
        ));
    }
    Ok(())
}

/// Writes the baseline: what the report holds, which then passes. What it knows of files that were not
/// linted this time stays.
pub(super) fn write(path: &Path, linted: &mut [Linted], is_quiet: bool) -> Result<(), Error> {
    let mut baseline = if path.exists() {
        Baseline::read(path)?
    } else {
        Baseline::at(path)
    };
    let files = baseline.linted_files(linted);
    baseline
        .known
        .retain(|identity, _| !files.contains(&identity.file));
    baseline.add(linted);
    files::create(path, &baseline.text())?;
    for config in linted {
        config.findings.clear();
    }
    if !is_quiet {
        let count: usize = baseline.known.values().sum();
        let name = printable(&path.to_string_lossy());
        let findings = if count == 1 { "finding" } else { "findings" };
        remark(&format!(
            "the baseline {name} knows {count} {findings} now; only new ones will fail"
        ));
    }
    Ok(())
}
