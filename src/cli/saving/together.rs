//! Several files that are saved as one: all of them, or none.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use atomic_write_file::AtomicWriteFile;

use super::{back_up, failed, holds, writable};
use crate::cli::error::Error;

/// Longest wait for somebody else who saves in the same folder; that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pause before a lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

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
    let _lock = lock(folder, PATIENCE)?;
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

/// Waits until nobody else saves in this folder, but not for ever.
fn lock(folder: &Path, patience: Duration) -> Result<Option<File>, Error> {
    // A folder can be locked where it can be opened, so that no file for it is left behind.
    let file = File::open(folder).or_else(|_| {
        let path = folder.join(".clawconf.lock");
        OpenOptions::new().create(true).append(true).open(path)
    });
    let file = file.map_err(|error| failed(folder, &error))?;
    let until = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let reason = "somebody else is saving here; nothing was written, run again";
                return Err(Error::file(folder, reason));
            }
            // There are file systems without locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(None);
            }
            Err(TryLockError::Error(error)) => return Err(failed(folder, &error)),
        }
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Which step a copy of this test binary dies at, and the folder that it saves in.
    const DIES_AT: &str = "CLAWCONF_TEST_TOGETHER_DIES_AT";
    const FOLDER: &str = "CLAWCONF_TEST_TOGETHER_FOLDER";

    const OLD: [&str; 2] = ["{ \"version\": 1, \"old\": true }\n", "{ old: 'config' }\n"];
    const NEW: [&str; 2] = [
        "{ \"version\": 1, \"new\": true, \"longer\": 1 }\n",
        "{ new: 'config, longer' }\n",
    ];

    /// What a run over two files goes through, only the second with a backup.
    const STEPS: [Step; 6] = [
        Step::Locked,
        Step::BackedUp,
        Step::Written,
        Step::Written,
        Step::Replaced,
        Step::Replaced,
    ];

    fn paths(folder: &Path) -> [PathBuf; 2] {
        [
            folder.join("agents/main/store.json"),
            folder.join("openclaw.json"),
        ]
    }

    fn folder(is_there: bool) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        if is_there {
            for (path, text) in paths(folder.path()).iter().zip(OLD) {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        folder
    }

    fn read(folder: &Path) -> [Option<String>; 2] {
        paths(folder).map(|path| fs::read_to_string(path).ok())
    }

    fn texts(texts: [&str; 2]) -> [Option<String>; 2] {
        texts.map(|text| Some(text.to_owned()))
    }

    fn save(
        folder: &Path,
        is_there: bool,
        at: &mut dyn FnMut(Step) -> io::Result<()>,
    ) -> Result<Vec<Option<PathBuf>>, Error> {
        let paths = paths(folder);
        let changes = [0, 1].map(|nth: usize| Change {
            path: &paths[nth],
            old: is_there.then_some(OLD[nth]),
            new: NEW[nth],
            keeps_backup: nth == 1,
            is_private: nth == 0,
        });
        replace_together(folder, &changes, at)
    }

    #[test]
    fn both_are_written_and_the_secrets_are_private() {
        for is_there in [true, false] {
            let folder = folder(is_there);
            let mut steps = Vec::new();
            let backups = save(folder.path(), is_there, &mut |step| {
                steps.push(step);
                Ok(())
            });
            let backups = backups.unwrap();
            assert_eq!(read(folder.path()), texts(NEW));
            assert_eq!(
                backups.iter().map(Option::is_some).collect::<Vec<_>>(),
                [false, is_there]
            );
            if is_there {
                assert_eq!(steps, STEPS);
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
                let [store, config] = paths(folder.path());
                assert_eq!(mode(&store), 0o600);
                assert!(is_there || mode(&config) == 0o600);
                assert!(is_there || mode(store.parent().unwrap()) == 0o700);
            }
        }
    }

    /// The disk is full, at each step in turn.
    #[test]
    fn a_failure_at_any_step_leaves_both_as_they_were() {
        for is_there in [true, false] {
            // Nothing that is new has a backup.
            let steps = STEPS.len() - usize::from(!is_there);
            for fails_at in 0..steps {
                let folder = folder(is_there);
                let before = read(folder.path());
                let mut nth = 0;
                let outcome = save(folder.path(), is_there, &mut |_| {
                    nth += 1;
                    if nth - 1 == fails_at {
                        Err(io::ErrorKind::StorageFull.into())
                    } else {
                        Ok(())
                    }
                });
                let error = outcome.unwrap_err().to_string();
                assert!(
                    error.contains("no storage space") || error.contains("full"),
                    "{error}"
                );
                assert_eq!(read(folder.path()), before, "step {fails_at}");
            }
        }
    }

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        for nth in [0, 1] {
            let folder = folder(true);
            fs::write(&paths(folder.path())[nth], "theirs").unwrap();
            let before = read(folder.path());
            let error = save(folder.path(), true, &mut |_| Ok(())).unwrap_err();
            assert!(error.to_string().contains("changed meanwhile"), "{error}");
            assert_eq!(read(folder.path()), before);
        }
        let folder = folder(true);
        let error = save(folder.path(), false, &mut |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("changed meanwhile"), "{error}");
    }

    #[test]
    fn nobody_waits_for_ever() {
        let folder = folder(true);
        let held = lock(folder.path(), Duration::ZERO).unwrap();
        let error = lock(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.to_string().contains("somebody else is saving"));
        drop(held);
        assert!(lock(folder.path(), Duration::ZERO).unwrap().is_some());
    }

    /// The second run waits for the first, and then sees that it comes too late.
    #[test]
    fn two_at_once_do_not_interleave() {
        let folder = folder(true);
        let (told, begun) = std::sync::mpsc::channel();
        let other = std::thread::scope(|scope| {
            let path = folder.path();
            let mut other = None;
            save(path, true, &mut |step| {
                if step == Step::Locked {
                    let told = told.clone();
                    other = Some(scope.spawn(move || {
                        told.send(()).unwrap();
                        save(path, true, &mut |_| Ok(()))
                    }));
                    begun.recv().unwrap();
                }
                Ok(())
            })
            .unwrap();
            other.unwrap().join().unwrap()
        });
        assert!(other.unwrap_err().to_string().contains("changed meanwhile"));
        assert_eq!(read(folder.path()), texts(NEW));
    }

    /// Saves and dies on the way, when a copy of this binary is told so.
    #[test]
    fn dies_where_it_is_told() {
        let told = |name| std::env::var(name).ok();
        let (Some(step), Some(folder)) = (told(DIES_AT), told(FOLDER)) else {
            return;
        };
        let step: usize = step.parse().unwrap();
        let mut done = 0;
        let at = &mut |_| {
            if done == step {
                std::process::abort();
            }
            done += 1;
            Ok(())
        };
        save(Path::new(&folder), true, at).unwrap();
    }

    #[test]
    fn killed_at_any_step_each_file_is_whole_and_the_next_run_heals() {
        let binary = std::env::current_exe().unwrap();
        for step in 0..=STEPS.len() {
            let folder = folder(true);
            let status = Command::new(&binary)
                .args([
                    "--exact",
                    "cli::saving::together::tests::dies_where_it_is_told",
                ])
                .env(DIES_AT, step.to_string())
                .env(FOLDER, folder.path())
                .output()
                .unwrap()
                .status;
            assert_eq!(status.success(), step == STEPS.len());
            let after = read(folder.path());
            for nth in [0, 1] {
                let whole = [OLD[nth], NEW[nth]];
                let found = after[nth].as_deref().unwrap();
                assert!(whole.contains(&found), "step {step}: {found}");
            }
            // The config never speaks of what is not there yet.
            assert!(after[0].as_deref() == Some(NEW[0]) || after[1].as_deref() == Some(OLD[1]));
            let paths = paths(folder.path());
            let changes = [0, 1].map(|nth: usize| Change {
                path: &paths[nth],
                old: after[nth].as_deref(),
                new: NEW[nth],
                keeps_backup: nth == 1,
                is_private: nth == 0,
            });
            replace_together(folder.path(), &changes, &mut |_| Ok(())).unwrap();
            assert_eq!(read(folder.path()), texts(NEW));
        }
    }
}
