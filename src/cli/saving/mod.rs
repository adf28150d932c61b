//! Saving: a file's content gives way to another one in one step, with the old one kept beside it.
//!
//! Whenever the process is killed, the file holds the old content or the new one, whole, and so does
//! each of its backups. What may be left is a file `.<name>.<six letters>`, which disturbs nobody.

mod together;

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use atomic_write_file::AtomicWriteFile;

use super::error::{Error, in_words};
pub(super) use together::{Change, replace_together};

/// How many backups of a file there are at most, as many as OpenClaw keeps: `.bak` is the latest,
/// `.bak.1` to `.bak.4` are older.
const BACKUPS: usize = 5;

/// What has just been done while a file is saved with a backup. Each backup that moves is a step of
/// its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The file may be written and holds what it held.
    Checked,
    /// One backup is an older one now.
    Moved,
    /// Half of the old content is in a file beside the backup.
    BackupHalfWritten,
    /// All of it is.
    BackupWritten,
    /// The backup is in its place, on the disk.
    BackedUp,
    /// Half of the new content is in a file beside the old one.
    HalfWritten,
    /// All of it is.
    Written,
    /// The new file is in the place of the old one, on the disk.
    Replaced,
}

/// Replaces the content of a file: the old one or the new one is there at every moment. Mode and
/// owner stay; of a symbolic link the target is replaced.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let (target, _) = writable(path)?;
    write(&target, text.as_bytes(), |_, _| Ok(())).map_err(|error| failed(path, &error))
}

/// As [`replace`], with the old content kept as a backup, whose path is returned. It is refused when
/// the file no longer holds `old`, which is what the new text was made of. `at` is told of each step.
pub(super) fn replace_with_backup(
    path: &Path,
    old: &str,
    text: &str,
    at: &mut dyn FnMut(Step),
) -> Result<PathBuf, Error> {
    let (target, metadata) = writable(path)?;
    let failed = |error: &io::Error| failed(path, error);
    let changed = || Error::file(path, "the file changed meanwhile; run again");
    let is_as_read = || holds(&target, old.as_bytes()).map_err(|error| failed(&error));
    if !is_as_read()? {
        return Err(changed());
    }
    at(Step::Checked);
    let backup = back_up(&target, &metadata, old, at).map_err(|error| failed(&error))?;
    at(Step::BackedUp);
    let mut is_current = true;
    let written = write(&target, text.as_bytes(), |part, _| {
        match part {
            Part::Nothing => {}
            Part::Half => at(Step::HalfWritten),
            Part::All => {
                at(Step::Written);
                // Somebody may have saved the file while the backup was made.
                is_current = holds(&target, old.as_bytes())?;
            }
        }
        if is_current {
            Ok(())
        } else {
            Err(io::ErrorKind::Interrupted.into())
        }
    });
    if !is_current {
        return Err(changed());
    }
    written.map_err(|error| failed(&error))?;
    at(Step::Replaced);
    Ok(backup)
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::file(path, in_words(error))
}

/// The file behind a path, if it may be replaced.
fn writable(path: &Path) -> Result<(PathBuf, Metadata), Error> {
    let target = fs::canonicalize(path).map_err(|error| failed(path, &error))?;
    let metadata = fs::metadata(&target).map_err(|error| failed(path, &error))?;
    let refused = |reason: &str| Err(Error::file(path, reason));
    if !metadata.is_file() {
        return refused("this is no regular file; it was left as it is");
    }
    if metadata.permissions().readonly() {
        return refused("the file is read-only; it was left as it is");
    }
    if super::files::has_second_link(&metadata) {
        return refused(
            "the file has a second name (a hard link) that would be cut off; it was left as it is",
        );
    }
    if !keeps_owner(&target, &metadata).map_err(|error| failed(path, &error))? {
        return refused(
            "the file belongs to another user or group, who would lose it; it was left as it is",
        );
    }
    Ok((target, metadata))
}

/// Whether what takes the place of a file can belong to the same user and group; tried out with a file
/// that is gone again at once.
#[cfg(unix)]
fn keeps_owner(target: &Path, as_of: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let trial = AtomicWriteFile::open(target)?;
    allow_the_same(trial.as_file(), as_of)?;
    let found = trial.as_file().metadata()?;
    Ok((found.uid(), found.gid()) == (as_of.uid(), as_of.gid()))
}

#[cfg(not(unix))]
fn keeps_owner(_: &Path, _: &Metadata) -> io::Result<bool> {
    Ok(true)
}

/// How much of a new file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Nothing,
    Half,
    All,
}

/// Puts a file with these bytes in the place of `target`, which need not exist, and sees to it that
/// it is on the disk. `look` is shown the file before, and at each [`Part`]; its error ends all.
fn write(
    target: &Path,
    bytes: &[u8],
    mut look: impl FnMut(Part, &File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = AtomicWriteFile::open(target)?;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    look(Part::Nothing, file.as_file())?;
    file.write_all(first)?;
    look(Part::Half, file.as_file())?;
    file.write_all(second)?;
    look(Part::All, file.as_file())?;
    file.commit()
}

/// Whether a file holds exactly these bytes.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut found = Vec::with_capacity(bytes.len() + 1);
    // One byte more tells that there is more.
    let most = bytes.len() as u64 + 1;
    File::open(path)?.take(most).read_to_end(&mut found)?;
    Ok(found == bytes)
}

/// The backup of a file, the `age`-th from the latest one.
fn backup_of(target: &Path, age: usize) -> PathBuf {
    let mut name = OsString::from(target);
    name.push(".bak");
    if age > 0 {
        name.push(format!(".{age}"));
    }
    PathBuf::from(name)
}

/// Keeps the old content of a file beside it, readable for the same people. A backup that holds it
/// already, of a run that was killed, is not made again.
fn back_up(
    target: &Path,
    metadata: &Metadata,
    old: &str,
    at: &mut dyn FnMut(Step),
) -> io::Result<PathBuf> {
    let latest = backup_of(target, 0);
    let is_file = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_file());
    if is_file(&latest) && holds(&latest, old.as_bytes()).unwrap_or(false) {
        allow_the_same(&File::open(&latest)?, metadata)?;
        return Ok(latest);
    }
    // Those in front of a gap move up; the oldest is dropped when there is none.
    let is_there = |age: &usize| backup_of(target, *age).symlink_metadata().is_ok();
    let count = (0..BACKUPS - 1).take_while(is_there).count();
    for age in (0..count).rev() {
        fs::rename(backup_of(target, age), backup_of(target, age + 1))?;
        at(Step::Moved);
    }
    write(&latest, old.as_bytes(), |part, file| {
        match part {
            // Nobody else may read it, not even while it is written.
            Part::Nothing => allow_the_same(file, metadata)?,
            Part::Half => at(Step::BackupHalfWritten),
            Part::All => at(Step::BackupWritten),
        }
        Ok(())
    })?;
    Ok(latest)
}

/// Gives a file the mode that another one has, and its owner where the system lets us.
fn allow_the_same(file: &File, as_of: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Only root may give files away; everybody else owns it already.
        let _ = std::os::unix::fs::fchown(file, Some(as_of.uid()), Some(as_of.gid()));
    }
    file.set_permissions(as_of.permissions())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Which step a copy of this test binary dies at, and the file that it saves.
    const DIES_AT: &str = "CLAWCONF_TEST_DIES_AT";
    const FILE: &str = "CLAWCONF_TEST_FILE";

    const OLD: &str = "{ old: 'the content as it was, with a bit of length' }\n";
    const NEW: &str = "{ new: 'what comes in its place, which is a little longer than before' }\n";
    /// What a run that is not killed goes through when there are two backups.
    const STEPS: [Step; 9] = [
        Step::Checked,
        Step::Moved,
        Step::Moved,
        Step::BackupHalfWritten,
        Step::BackupWritten,
        Step::BackedUp,
        Step::HalfWritten,
        Step::Written,
        Step::Replaced,
    ];

    fn folder(content: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openclaw.json");
        fs::write(&path, content).unwrap();
        (folder, path)
    }

    fn read(path: &Path) -> Option<String> {
        fs::read_to_string(path).ok()
    }

    fn backups(path: &Path) -> Vec<Option<String>> {
        (0..=BACKUPS)
            .map(|age| read(&backup_of(path, age)))
            .collect()
    }

    fn save(path: &Path, old: &str, new: &str) -> Result<PathBuf, Error> {
        replace_with_backup(path, old, new, &mut |_| {})
    }

    #[test]
    fn backups_grow_older_and_the_oldest_goes() {
        let (_folder, path) = folder("0");
        for round in 0..8 {
            let backup = save(&path, &round.to_string(), &(round + 1).to_string()).unwrap();
            assert_eq!(backup, backup_of(&fs::canonicalize(&path).unwrap(), 0));
        }
        let of = |round: usize| Some(round.to_string());
        assert_eq!(read(&path), of(8));
        assert_eq!(backups(&path), [of(7), of(6), of(5), of(4), of(3), None]);
    }

    #[test]
    fn in_front_of_a_gap_nothing_is_dropped() {
        let (_folder, path) = folder("new");
        for (age, content) in [(1, "1"), (2, "2"), (4, "4")] {
            fs::write(backup_of(&path, age), content).unwrap();
        }
        save(&path, "new", "newer").unwrap();
        let of = |text: &str| Some(text.to_owned());
        assert_eq!(
            backups(&path)[..5],
            [of("new"), of("1"), of("2"), None, of("4")]
        );
        save(&path, "newer", "newest").unwrap();
        assert_eq!(
            backups(&path)[..5],
            [of("newer"), of("new"), of("1"), of("2"), of("4")]
        );
    }

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let (folder, path) = folder("theirs");
        for old in ["ours", "their", "theirs!", ""] {
            let error = save(&path, old, NEW).unwrap_err().to_string();
            assert!(
                error.ends_with("the file changed meanwhile; run again"),
                "{error}"
            );
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // Between the backup and the last moment.
        let at = |step: Step| {
            if step == Step::HalfWritten {
                fs::write(&path, "theirs again").unwrap();
            }
        };
        let mut at = at;
        let error = replace_with_backup(&path, "theirs", NEW, &mut at).unwrap_err();
        assert!(error.to_string().contains("changed meanwhile"), "{error}");
        assert_eq!(read(&path).unwrap(), "theirs again");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            2,
            "a file was left"
        );
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_link_stay_and_the_backup_is_as_private() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        for mode in [0o600, 0o640, 0o644] {
            let (folder, path) = folder(OLD);
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let link = folder.path().join("link.json");
            symlink("openclaw.json", &link).unwrap();
            let backup = save(&link, OLD, NEW).unwrap();
            let mode_of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode_of(&path), mode_of(&backup)), (mode, mode));
            assert!(link.symlink_metadata().unwrap().is_symlink());
            assert_eq!(
                (read(&path).unwrap(), read(&backup).unwrap()),
                (NEW.into(), OLD.into())
            );
            assert!(backup.ends_with("openclaw.json.bak"));
        }
    }

    #[test]
    fn what_may_not_be_replaced_is_left_alone() {
        let (folder, path) = folder(OLD);
        let second = folder.path().join("second.json");
        fs::hard_link(&path, &second).unwrap();
        let told = |path: &Path| save(path, OLD, NEW).unwrap_err().to_string();
        assert!(told(&path).contains("a second name"));
        fs::remove_file(&second).unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(told(&path).contains("read-only"));
        assert!(told(&folder.path().join("none.json")).contains("no such file"));
        assert!(told(folder.path()).contains("no regular file"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(read(&path).unwrap(), OLD);
    }

    #[test]
    fn the_steps_are_these() {
        let (_folder, path) = folder(OLD);
        fs::write(backup_of(&path, 0), "one").unwrap();
        fs::write(backup_of(&path, 1), "two").unwrap();
        let mut steps = Vec::new();
        replace_with_backup(&path, OLD, NEW, &mut |step| steps.push(step)).unwrap();
        assert_eq!(steps, STEPS);
    }

    /// Saves [`NEW`] and dies on the way, when a copy of this binary is told so.
    #[test]
    fn dies_where_it_is_told() {
        let told = |name| std::env::var(name).ok();
        let (Some(step), Some(path)) = (told(DIES_AT), told(FILE)) else {
            return;
        };
        let step: usize = step.parse().unwrap();
        let mut done = 0;
        let at = &mut |_| {
            if done == step {
                std::process::abort();
            }
            done += 1;
        };
        replace_with_backup(Path::new(&path), OLD, NEW, at).unwrap();
    }

    #[test]
    fn killed_at_any_step_all_files_are_whole() {
        let binary = std::env::current_exe().unwrap();
        for step in 0..=STEPS.len() {
            let (_folder, path) = folder(OLD);
            fs::write(backup_of(&path, 0), "one").unwrap();
            fs::write(backup_of(&path, 1), "two").unwrap();
            let mut copy = Command::new(&binary);
            copy.args(["--exact", "cli::saving::tests::dies_where_it_is_told"]);
            copy.env(DIES_AT, step.to_string()).env(FILE, &path);
            let output = copy.output().unwrap();
            // Without this, a test that was renamed would prove nothing.
            assert_eq!(
                output.status.success(),
                step == STEPS.len(),
                "{step}: {output:?}"
            );
            let name = STEPS.get(step);
            let is_new = name.is_none_or(|step| *step == Step::Replaced);
            let expected = if is_new { NEW } else { OLD };
            assert_eq!(read(&path).unwrap(), expected, "{name:?}");
            let whole = [OLD, "one", "two"];
            let found: Vec<String> = backups(&path).into_iter().flatten().collect();
            assert!(
                found.iter().all(|text| whole.contains(&&**text)),
                "{name:?}: {found:?}"
            );
            for kept in ["one", "two"] {
                assert!(found.iter().any(|text| text == kept), "{name:?}: {found:?}");
            }
            // The next run does what this one was to do, and no backup is lost or doubled.
            if !is_new {
                save(&path, OLD, NEW).unwrap();
            }
            assert_eq!(read(&path).unwrap(), NEW);
            let found: Vec<String> = backups(&path).into_iter().flatten().collect();
            assert_eq!(found, whole, "{name:?}");
        }
    }
}
