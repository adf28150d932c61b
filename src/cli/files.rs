//! Files: reading with limits, the guards for includes, new files.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::error::{Error, in_words};
pub(super) use super::saving::replace;
use crate::config::{Files, MAX_INCLUDE_BYTES, ReadError, Text};

/// Largest config that is read, in bytes. Real ones have kilobytes; the tree of a file this size
/// needs about as much memory again.
const MAX_CONFIG_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a config from a file or pipe.
pub(super) fn read_config(path: &Path) -> Result<Text, Error> {
    let failed = |error: &io::Error| Error::file(path, in_words(error));
    let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
    if metadata.is_dir() {
        return Err(Error::file(path, "this is a folder, not a config"));
    }
    if metadata.is_file() && metadata.len() > MAX_CONFIG_BYTES {
        return Err(Error::file(path, too_large(metadata.len())));
    }
    let file = File::open(path).map_err(|error| failed(&error))?;
    // One byte more than the file has, so that reading it does not grow the buffer at its end.
    let size = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    read_text(file, size).map_err(|reason| Error::file(path, reason))
}

/// Reads a config from standard input.
pub(super) fn read_stdin() -> Result<Text, Error> {
    read_text(io::stdin().lock(), 0).map_err(|reason| Error::file("standard input", reason))
}

/// Opens a file, or standard input for `-`, to be read line by line.
pub(super) fn open_lines(path: &Path) -> Result<Box<dyn BufRead>, Error> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| Error::file(path, in_words(&error)))?;
    Ok(Box::new(io::BufReader::new(file)))
}

/// Reads a file, or standard input for `-`, of at most so many bytes.
#[cfg(feature = "net")]
pub(super) fn read_up_to(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = open_lines(path)?.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::file(path, in_words(&error)))?;
    if bytes.len() as u64 > most {
        let reason = format!("more than {} MiB are not read", most / (1024 * 1024));
        return Err(Error::file(path, reason));
    }
    Ok(bytes)
}

fn read_text(from: impl Read, size: usize) -> Result<Text, String> {
    let mut bytes = Vec::with_capacity(size);
    let read = from.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| in_words(&error))?;
    if bytes.len() as u64 > MAX_CONFIG_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(Text::decode(bytes))
}

fn too_large(bytes: u64) -> String {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    format!(
        "{} MiB are too much; a config of up to {} MiB is read",
        mib(bytes),
        mib(MAX_CONFIG_BYTES)
    )
}

/// The real file system.
pub(super) struct Disk;

impl Files for Disk {
    fn real_path(&self, path: &Path) -> Result<Option<PathBuf>, String> {
        match fs::canonicalize(path) {
            Ok(real) => Ok(Some(real)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(in_words(&error)),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let failed = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::Missing,
            _ => ReadError::Failed(in_words(error)),
        };
        let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > MAX_INCLUDE_BYTES {
            return Err(ReadError::TooLarge);
        }
        if has_second_link(&metadata) {
            return Err(ReadError::HardLinked);
        }
        let file = File::open(path).map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_INCLUDE_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| failed(&error))?;
        if bytes.len() as u64 > MAX_INCLUDE_BYTES {
            return Err(ReadError::TooLarge);
        }
        Ok(bytes)
    }
}

/// The disk, with texts that are not written yet in the place of what is there.
pub(super) struct Overlay<'t> {
    texts: HashMap<PathBuf, &'t str>,
}

impl<'t> Overlay<'t> {
    /// An overlay of these files.
    pub(super) fn of(texts: impl Iterator<Item = (PathBuf, &'t str)>) -> Self {
        let texts = texts.collect();
        Overlay { texts }
    }
}

impl Files for Overlay<'_> {
    fn real_path(&self, path: &Path) -> Result<Option<PathBuf>, String> {
        Disk.real_path(path)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Disk.read(path),
        }
    }
}

#[cfg(unix)]
pub(super) fn has_second_link(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
pub(super) fn has_second_link(_: &fs::Metadata) -> bool {
    false
}

/// Writes a file that need not exist, with the folders above it.
pub(super) fn create(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |error: &io::Error| Error::file(path, in_words(error));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    let written = atomic_write_file::AtomicWriteFile::open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.commit()
    });
    written.map_err(|error| failed(&error))
}

/// The path without links on it, if there is something; else the path itself.
pub(super) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The path made absolute by the folder of this process, links left as they are.
pub(super) fn absolute(path: &Path) -> PathBuf {
    /// The folder of this process, which never changes it.
    static FOLDER: LazyLock<PathBuf> =
        LazyLock::new(|| std::env::current_dir().unwrap_or_default());
    std::path::absolute(FOLDER.join(path)).unwrap_or_else(|_| path.to_owned())
}
