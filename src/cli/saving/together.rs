//! Several files that are saved as one: all of them, or none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atomic_write_file::AtomicWriteFile;

use super::{back_up, failed, holds, writable};
use crate::cli::error::Error;

/// A file that is to hold another text.
pub(in crate::cli) struct Change<'c> {
    /// Where it stands.
    pub path: &'c Path,
    /// What it held when the new text was made; none when there was no file.
    pub old: Option<&'c str>,
    /// What it is to hold.
    pub new: &'c str,
    /// Whether the old text is kept as a backup. A file of secrets has none, as in OpenClaw.
    pub keeps_backup: bool,
    /// Whether nobody else may read it, whatever its mode was.
    pub is_private: bool,
}

/// What has just been done while files are saved together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Step {
    /// Nobody else saves here, and all files hold what they held.
    Locked,
    /// The old content of one is kept as its backup.
    BackedUp,
    /// The new content of one is in a file beside the old one.
    Written,
    /// One new file is in the place of the old one.
    Replaced,
}

/// Saves all of these files, in their order, or none; returns where their backups are. `at` is told of
/// each step, and its error ends all.
pub(in crate::cli) fn replace_together(
    folder: &Path,
    changes: &[Change<'_>],
    at: &mut dyn FnMut(Step) -> io::Result<()>,
) -> Result<Vec<Option<PathBuf>>, Error> {
    for folder in changes.iter().filter_map(|change| change.path.parent()) {
        create_folders(folder).map_err(|error| failed(folder, &error))?;
    }
    let _lock = lock(folder).map_err(|error| failed(folder, &error))?;
    for change in changes {
        check(change)?;
    }
    let told = |step, at: &mut dyn FnMut(Step) -> io::Result<()>| {
        at(step).map_err(|error| failed(folder, &error))
    };
    told(Step::Locked, at)?;
    let mut backups = Vec::new();
    for change in changes {
        let backup = keep(change).map_err(|error| failed(change.path, &error))?;
        if backup.is_some() {
            told(Step::BackedUp, at)?;
        }
        backups.push(backup);
    }
    let mut staged = Vec::new();
    for change in changes {
        let file = stage(change).map_err(|error| failed(change.path, &error))?;
        staged.push((change, file));
        told(Step::Written, at)?;
    }
    let mut done: Vec<&Change<'_>> = Vec::new();
    for (change, file) in staged {
        let replaced = file.commit().and_then(|()| {
            done.push(change);
            at(Step::Replaced)
        });
        if let Err(error) = replaced {
            for change in done {
                undo(change).map_err(|error| failed(change.path, &error))?;
            }
            return Err(failed(change.path, &error));
        }
    }
    Ok(backups)
}

/// Waits until nobody else saves in this folder.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    // A folder can be locked where it can be opened, so that no file for it is left behind.
    let file = File::open(folder).or_else(|_| {
        let path = folder.join(".clawconf.lock");
        OpenOptions::new().create(true).append(true).open(path)
    })?;
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        // There are file systems without locks.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses a file that may not be replaced, or is no longer what it was.
fn check(change: &Change<'_>) -> Result<(), Error> {
    let changed = || Error::file(change.path, "the file changed meanwhile; run again");
    let Some(old) = change.old else {
        return match fs::symlink_metadata(change.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(change.path, &error)),
            Ok(_) => Err(changed()),
        };
    };
    let (target, _) = writable(change.path)?;
    let is_same = holds(&target, old.as_bytes()).map_err(|error| failed(change.path, &error))?;
    if is_same { Ok(()) } else { Err(changed()) }
}

fn keep(change: &Change<'_>) -> io::Result<Option<PathBuf>> {
    let Some(old) = change.old.filter(|_| change.keeps_backup) else {
        return Ok(None);
    };
    let target = fs::canonicalize(change.path)?;
    let metadata = fs::metadata(&target)?;
    back_up(&target, &metadata, old, &mut |_| {}).map(Some)
}

/// The new content in a file beside the old one.
fn stage(change: &Change<'_>) -> io::Result<AtomicWriteFile> {
    let target = match change.old {
        Some(_) => fs::canonicalize(change.path)?,
        None => change.path.to_owned(),
    };
    let mut file = AtomicWriteFile::open(target)?;
    if change.is_private || change.old.is_none() {
        make_private(file.as_file())?;
    }
    file.write_all(change.new.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Brings back what a file held.
fn undo(change: &Change<'_>) -> io::Result<()> {
    match change.old {
        None => fs::remove_file(change.path),
        Some(old) => {
            let target = fs::canonicalize(change.path)?;
            super::write(&target, old.as_bytes(), |_, _| Ok(()))
        }
    }
}

/// Only its owner may read it.
fn make_private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// The folders down to this one, closed to others where they are new.
fn create_folders(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
