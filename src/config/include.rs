//! `$include`: other files merged into the config, with OpenClaw's guards.
//!
//! Every rule here was read in `config/includes.ts` of OpenClaw 2026.5.18 and run; only
//! [`MAX_INCLUDES`] and [`MAX_INCLUDED_BYTES`] are ours.

use std::collections::HashMap;
use std::path::{Component, Path as FilePath, PathBuf};

use super::merge::{At, Loaded, LoadedFile, Merged};
use super::source::{SourceFile, Text};
use crate::json5::{Kind, LineIndex, Node, Path, Position, Span, SyntaxError, Tree};

/// Deepest chain of files: the eleventh nested one fails.
pub const MAX_INCLUDE_DEPTH: usize = 10;

/// Largest included file, in bytes.
pub const MAX_INCLUDE_BYTES: u64 = 2 * 1024 * 1024;

/// Most inclusions in one config. OpenClaw has no such bound; files that include each other's
/// neighbours could otherwise multiply without end.
const MAX_INCLUDES: usize = 1000;

/// Most text that inclusions may add, in bytes, counted at every inclusion. Ours, as above.
const MAX_INCLUDED_BYTES: usize = 64 * 1024 * 1024;

/// The file system, as far as includes need it.
pub trait Files {
    /// The path with all symbolic links resolved; `None` when nothing is there.
    ///
    /// # Errors
    /// Anything else that hinders the look-up, in words.
    fn real_path(&self, path: &FilePath) -> Result<Option<PathBuf>, String>;

    /// The bytes of a regular file of at most [`MAX_INCLUDE_BYTES`] that has no second hard link.
    ///
    /// # Errors
    /// Which of these it is not.
    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError>;
}

/// Why a file to be included was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing is there.
    Missing,
    /// A folder, a pipe, a device.
    NotAFile,
    /// More than [`MAX_INCLUDE_BYTES`].
    TooLarge,
    /// Another name leads to the same file.
    HardLinked,
    /// The system said no, in its words.
    Failed(String),
}

/// An include directive that failed.
#[derive(Debug, Clone)]
pub struct IncludeError {
    /// Where its value stands, in the row of all texts.
    pub span: Span,
    /// Where it stands in the config, `$include` itself last.
    pub path: Path,
    /// The path it names, as written.
    pub target: Option<String>,
    /// What is wrong.
    pub problem: IncludeProblem,
}

/// What can be wrong with an include directive.
#[derive(Debug, Clone)]
pub enum IncludeProblem {
    /// Neither text nor a list of texts.
    NotText,
    /// Keys stand beside a directive whose content is not an object.
    SiblingsOfNonObject,
    /// The path leaves the folder of the config.
    Escapes,
    /// A symbolic link on the path leads out of the folder of the config.
    EscapesByLink,
    /// The file is already being included, with the chain of names.
    Cycle(Vec<String>),
    /// More than [`MAX_INCLUDE_DEPTH`] files deep.
    TooDeep,
    /// More inclusions, or more text, than one config may have.
    TooMany,
    /// The file cannot be read.
    Read(ReadError),
    /// The file is not JSON5.
    Syntax {
        /// The file.
        file: String,
        /// Where in it.
        position: Position,
        /// Why.
        error: SyntaxError,
    },
}

/// A config with its includes merged in.
pub(super) struct Included {
    pub(super) tree: Tree,
    pub(super) files: Vec<SourceFile>,
    pub(super) errors: Vec<IncludeError>,
}

/// Merges everything that `tree` includes.
pub(super) fn resolve(
    tree: Tree,
    main: SourceFile,
    files: &dyn Files,
    extra_roots: &[PathBuf],
) -> Included {
    let directives = directives(&tree);
    if directives.is_empty() {
        let files = vec![main];
        let errors = Vec::new();
        return Included {
            tree,
            files,
            errors,
        };
    }
    let config_root = main.path.parent().unwrap_or(FilePath::new("/"));
    let roots = std::iter::once(config_root).chain(extra_roots.iter().map(PathBuf::as_path));
    let mut resolver = Resolver {
        reader: files,
        roots: roots.map(|root| Root::new(root, files)).collect(),
        chain: vec![main.path.clone()],
        loaded: Loaded(vec![LoadedFile {
            source: main,
            tree,
            directives,
        }]),
        by_path: HashMap::new(),
        inclusions: 0,
        included_bytes: 0,
        errors: Vec::new(),
    };
    let merged = resolver.process(At { file: 0, node: 0 }, &Path::default());
    Included {
        tree: resolver.loaded.assemble(&merged),
        files: resolver.loaded.into_sources(),
        errors: resolver.errors,
    }
}

/// The `$include` keys of a file, in order.
fn directives(tree: &Tree) -> Vec<u32> {
    if !tree.text().contains("include") && !tree.text().contains('\\') {
        return Vec::new();
    }
    let keys = tree.nodes().filter(|node| node.kind() == Kind::Key);
    keys.filter(|key| is_directive(*key))
        .map(Node::index)
        .collect()
}

fn is_directive(key: Node<'_>) -> bool {
    key.text().is_some_and(|key| key == "$include")
}

/// A folder that includes may use.
struct Root {
    written: PathBuf,
    real: PathBuf,
}

impl Root {
    fn new(path: &FilePath, files: &dyn Files) -> Root {
        let written = normalize(path);
        let real = files.real_path(&written).ok().flatten();
        let real = real.unwrap_or_else(|| written.clone());
        Root { written, real }
    }
}

struct Resolver<'f> {
    reader: &'f dyn Files,
    roots: Vec<Root>,
    /// The files that are being included right now, the config first.
    chain: Vec<PathBuf>,
    loaded: Loaded,
    by_path: HashMap<PathBuf, usize>,
    inclusions: usize,
    included_bytes: usize,
    errors: Vec<IncludeError>,
}

impl Resolver<'_> {
    fn process(&mut self, at: At, path: &Path) -> Merged {
        let Some(file) = self.loaded.0.get(at.file) else {
            return Merged::Copy(at);
        };
        let node = file.tree.node(at.node);
        let subtree = node.subtree();
        let first = file.directives.partition_point(|&key| key < subtree.start);
        if file
            .directives
            .get(first)
            .is_none_or(|&key| key >= subtree.end)
        {
            return Merged::Copy(at);
        }
        let span = node.span().shifted(file.source.range.start);
        if node.kind() == Kind::List {
            let items: Vec<u32> = node.items().map(Node::index).collect();
            let items = items.into_iter().enumerate().map(|(nth, node)| {
                self.process(
                    At {
                        file: at.file,
                        node,
                    },
                    &path.child(nth),
                )
            });
            return Merged::List(span, items.collect());
        }
        let entries: Vec<_> = node
            .entries()
            .map(|entry| {
                let name = entry.key.text().unwrap_or_default().into_owned();
                (entry.key.index(), name)
            })
            .collect();
        let directive = entries.iter().rev().find(|(_, name)| name == "$include");
        let directive = directive.map(|&(key, _)| key);
        let mut others = Vec::new();
        for (nth, (key, name)) in entries.iter().enumerate() {
            if name == "$include" {
                continue;
            }
            let (file, node) = (at.file, key + 1);
            let shadowed = entries.iter().skip(nth + 1).any(|(_, later)| later == name);
            let value = if shadowed {
                Merged::Copy(At { file, node })
            } else {
                self.process(At { file, node }, &path.child(name.as_str()))
            };
            others.push((At { file, node: *key }, value));
        }
        match directive {
            None => Merged::Object(span, others),
            Some(key) => {
                let directive = At {
                    file: at.file,
                    node: key + 1,
                };
                self.include(directive, others, span, &path.child("$include"))
            }
        }
    }

    /// What an object with the directive whose value stands at `value` becomes.
    fn include(&mut self, value: At, others: Vec<(At, Merged)>, span: Span, path: &Path) -> Merged {
        let Some(node) = self.loaded.node(value) else {
            return Merged::Object(span, others);
        };
        let value_span = self.loaded.span(value);
        let targets: Vec<At> = match node.kind() {
            Kind::String => vec![value],
            Kind::List => {
                let items = node.items().map(Node::index);
                items
                    .map(|node| At {
                        file: value.file,
                        node,
                    })
                    .collect()
            }
            _ => {
                self.fail(value_span, path, None, IncludeProblem::NotText);
                return Merged::Object(span, others);
            }
        };
        let is_list = node.kind() == Kind::List;
        let mut included = Merged::Object(value_span, Vec::new());
        for (nth, target) in targets.into_iter().enumerate() {
            let path = if is_list {
                path.child(nth)
            } else {
                path.clone()
            };
            let content = self.load(target, &path);
            included = if is_list {
                self.loaded.merge(included, content)
            } else {
                content
            };
        }
        if others.is_empty() {
            return included;
        }
        if self.loaded.kind(&included) != Kind::Object {
            self.fail(value_span, path, None, IncludeProblem::SiblingsOfNonObject);
            return Merged::Object(span, others);
        }
        self.loaded.merge(included, Merged::Object(span, others))
    }

    /// The content of the file that the string at `target` names; nothing when that fails.
    fn load(&mut self, target: At, path: &Path) -> Merged {
        let span = self.loaded.span(target);
        let nothing = Merged::Object(span, Vec::new());
        let name = self
            .loaded
            .node(target)
            .filter(|node| node.kind() == Kind::String);
        let Some(name) = name.and_then(Node::text).map(std::borrow::Cow::into_owned) else {
            self.fail(span, path, None, IncludeProblem::NotText);
            return nothing;
        };
        match self.open(&name) {
            Ok((file, resolved)) => {
                self.chain.push(resolved);
                let content = self.process(At { file, node: 0 }, path);
                self.chain.pop();
                content
            }
            Err(problem) => {
                self.fail(span, path, Some(name), problem);
                nothing
            }
        }
    }

    /// Finds, checks and reads a file; the checks come in OpenClaw's order.
    fn open(&mut self, name: &str) -> Result<(usize, PathBuf), IncludeProblem> {
        let folder = self.chain.last().and_then(|file| file.parent());
        let resolved = normalize(&folder.unwrap_or(FilePath::new("/")).join(name));
        if !self
            .roots
            .iter()
            .any(|root| resolved.starts_with(&root.written))
        {
            return Err(IncludeProblem::Escapes);
        }
        let real = self.reader.real_path(&resolved);
        let real = real.map_err(|error| IncludeProblem::Read(ReadError::Failed(error)))?;
        if let Some(real) = real
            && !self.roots.iter().any(|root| real.starts_with(&root.real))
        {
            return Err(IncludeProblem::EscapesByLink);
        }
        if self.chain.contains(&resolved) {
            let chain = self.chain.iter().chain([&resolved]);
            let names = chain.map(|path| self.display_name(path));
            return Err(IncludeProblem::Cycle(names.collect()));
        }
        if self.chain.len() > MAX_INCLUDE_DEPTH {
            return Err(IncludeProblem::TooDeep);
        }
        let file = match self.by_path.get(&resolved) {
            Some(&file) => file,
            None => self.read(&resolved)?,
        };
        self.inclusions += 1;
        self.included_bytes += self
            .loaded
            .0
            .get(file)
            .map_or(0, |file| file.source.range.len());
        if self.inclusions > MAX_INCLUDES || self.included_bytes > MAX_INCLUDED_BYTES {
            return Err(IncludeProblem::TooMany);
        }
        Ok((file, resolved))
    }

    fn read(&mut self, resolved: &FilePath) -> Result<usize, IncludeProblem> {
        let bytes = self.reader.read(resolved).map_err(IncludeProblem::Read)?;
        let text = Text::decode(bytes);
        let name = self.display_name(resolved);
        let start = self.loaded.0.last().map_or(0, |file| file.source.range.end);
        let range = Span::new(start, start + text.text.len());
        let tree = Tree::parse(text.text).map_err(|rejected| {
            let index = LineIndex::new(&rejected.text);
            IncludeProblem::Syntax {
                file: name.clone(),
                position: index.position(&rejected.text, rejected.error.offset),
                error: rejected.error,
            }
        })?;
        let file = self.loaded.0.len();
        self.loaded.0.push(LoadedFile {
            source: SourceFile::new(name, resolved.to_owned(), range, text.bad_bytes),
            directives: directives(&tree),
            tree,
        });
        self.by_path.insert(resolved.to_owned(), file);
        Ok(file)
    }

    /// A path as people would write it: seen from where the config's own name is seen from.
    fn display_name(&self, path: &FilePath) -> String {
        let main = self.loaded.0.first().map(|main| &main.source);
        let relative = main.and_then(|main| {
            let below = path.strip_prefix(main.path.parent()?).ok()?;
            Some(FilePath::new(&main.name).parent()?.join(below))
        });
        let shown = relative.unwrap_or_else(|| path.to_owned());
        shown.to_string_lossy().into_owned()
    }

    fn fail(&mut self, span: Span, path: &Path, target: Option<String>, problem: IncludeProblem) {
        self.errors.push(IncludeError {
            span,
            path: path.clone(),
            target,
            problem,
        });
    }
}

/// Resolves `.` and `..` by the letters of the path, as `path.normalize` does.
fn normalize(path: &FilePath) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
