//! What files are to become: shown as diffs without their secrets, and saved all together or not at all.

use std::path::{Path, PathBuf};

use super::difference::unified;
use super::error::Error;
use super::loading::Whole;
use super::printable;
use super::saving::{Change, replace_together};
use crate::contract::masking::masked;

/// A file and what it becomes.
pub(super) struct Revised {
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub path: PathBuf,
    /// What it holds; none when it is not there yet.
    pub old: Option<String>,
    /// What it is to hold.
    pub new: String,
    /// Whether it is a store of secrets: for its owner alone, and without a backup, as in OpenClaw.
    pub is_secret: bool,
}

/// The files of a config that get these texts, by their place among its files.
///
/// # Errors
/// When one of them is no text.
pub(super) fn revised(whole: &Whole, texts: Vec<(usize, String)>) -> Result<Vec<Revised>, Error> {
    let mut files = Vec::new();
    for (file, new) in texts {
        let Some(source) = whole.config.files.get(file) else {
            continue;
        };
        if !source.bad_bytes.is_empty() {
            let reason = "the file holds bytes that are not UTF-8; nothing was written";
            return Err(Error::file(&source.name, reason));
        }
        files.push(Revised {
            name: source.name.clone(),
            path: source.path.clone(),
            old: Some(whole.config.text(file).to_owned()),
            new,
            is_secret: false,
        });
    }
    Ok(files)
}

/// The files as diffs, everything secret masked.
pub(super) fn diff(files: &[Revised]) -> String {
    let shown = files.iter().map(|file| {
        let old = file.old.as_deref().map(masked).unwrap_or_default();
        unified(&printable(&file.name), &old, &masked(&file.new))
    });
    shown.collect()
}

/// Saves all of them in their order, or none, while nobody else saves in `folder`; returns their backups.
pub(super) fn save(files: &[Revised], folder: &Path) -> Result<Vec<Option<PathBuf>>, Error> {
    let changes: Vec<Change<'_>> = files
        .iter()
        .map(|file| Change {
            path: &file.path,
            old: file.old.as_deref(),
            new: &file.new,
            keeps_backup: !file.is_secret,
            is_private: file.is_secret,
        })
        .collect();
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    replace_together(folder, &changes, &mut |_| Ok(()))
}
