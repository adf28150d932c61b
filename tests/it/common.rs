//! What the tests share: the built binary sealed from this machine, and file systems in memory.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use clawconf::config::{Config, Files, MAX_INCLUDE_BYTES, Options, ReadError, Text};

/// The binary, in `folder`, with none of this machine's variables but `PATH`.
pub(crate) fn clawconf(folder: impl AsRef<Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawconf"));
    command.current_dir(folder).env_clear();
    command
        // Nothing can be made below it, not even by root.
        .env("HOME", "/dev/null")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs with `input` on standard input.
pub(crate) fn with_input(command: &mut Command, input: &[u8]) -> Output {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A command that stops reading early is no failure of the test.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap()
    })
}

/// Standard output, standard error and exit code, as one text for snapshots.
pub(crate) fn transcript(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let err = if err.is_empty() {
        err
    } else {
        format!("--- stderr\n{err}")
    };
    format!("{out}{err}--- exit {code}\n")
}

/// A folder tree in memory; `None` is a folder.
#[derive(Default)]
pub(crate) struct Memory(pub BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Files for Memory {
    fn real_path(&self, path: &Path) -> Result<Option<PathBuf>, String> {
        let known = self.0.keys().any(|known| known.starts_with(path));
        Ok(known.then(|| path.to_owned()))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.0.get(path) {
            Some(Some(bytes)) if bytes.len() as u64 > MAX_INCLUDE_BYTES => Err(ReadError::TooLarge),
            Some(Some(bytes)) => Ok(bytes.clone()),
            Some(None) => Err(ReadError::NotAFile),
            None if self.0.keys().any(|known| known.starts_with(path)) => Err(ReadError::NotAFile),
            None => Err(ReadError::Missing),
        }
    }
}

/// Loads `text` as `/config/openclaw.json` beside `files`.
pub(crate) fn load(text: &str, files: &[(&str, Option<&str>)], env: &[(&str, &str)]) -> Config {
    let folder = Path::new("/config");
    let memory = Memory(
        files
            .iter()
            .map(|(name, text)| (folder.join(name), text.map(|text| text.as_bytes().to_vec())))
            .chain([(folder.join("openclaw.json"), Some(text.as_bytes().to_vec()))])
            .collect(),
    );
    let variables = env
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let options = Options {
        variables: variables.collect(),
        include_roots: Vec::new(),
    };
    let text = Text::decode(text.as_bytes().to_vec());
    Config::load(
        "openclaw.json",
        folder.join("openclaw.json"),
        text,
        &memory,
        &options,
    )
}
