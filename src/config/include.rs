//! `$include`: other files merged into the config, with OpenClaw's guards.
//!
//! Every rule here was read in `config/includes.ts` of OpenClaw 2026.5.18 and run; only
//! [`MAX_INCLUDES`] and [`MAX_INCLUDED_BYTES`] are ours.

use std::collections::HashMap;
use std::path::{Component, Path as FilePath, PathBuf};

use super::merge::{At, Loaded, LoadedFile, Merged};
use super::source::{SourceFile, Text};
use crate::json5::{Kind, LineIndex, MAX_DEPTH, Node, Path, Position, Span, SyntaxError, Tree};

/// Deepest chain of files: the eleventh nested one fails.
pub const MAX_INCLUDE_DEPTH: usize = 10;

/// Largest included file, in bytes.
pub const MAX_INCLUDE_BYTES: u64 = 2 * 1024 * 1024;

/// Most inclusions in one config. OpenClaw has no such bound; files that include each other's
/// neighbours could otherwise multiply without end.
pub const MAX_INCLUDES: usize = 1000;

/// Most text that inclusions may add, in bytes, counted at every inclusion. Ours, as above.
pub const MAX_INCLUDED_BYTES: usize = 16 * 1024 * 1024;

/// The key of a directive.
const INCLUDE_KEY: &str = "$include";

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
    /// More than [`MAX_DEPTH`] levels of nesting, all files taken together.
    TooNested,
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
        exhausted: false,
        errors: Vec::new(),
    };
    let root = At { file: 0, node: 0 };
    let merged = resolver.process(root, &Path::default());
    let mut tree = resolver.loaded.assemble(&merged);
    if tree.depth() > MAX_DEPTH {
        // Whoever walks the tree may rely on the limit, so only the config itself is kept.
        resolver.fail(
            Span::at(0),
            &Path::default(),
            None,
            IncludeProblem::TooNested,
        );
        tree = resolver.loaded.assemble(&Merged::Copy(root));
    }
    Included {
        tree,
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
    key.text().is_some_and(|key| key == INCLUDE_KEY)
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
    by_path: HashMap<PathBuf, Result<usize, IncludeProblem>>,
    inclusions: usize,
    included_bytes: usize,
    /// Whether [`IncludeProblem::TooMany`] was met; nothing more is read then.
    exhausted: bool,
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
        let includes = file
            .directives
            .get(first)
            .is_some_and(|&key| key < subtree.end);
        if !includes || path.0.len() > MAX_DEPTH {
            return Merged::Copy(at);
        }
        let span = node.span().shifted(file.source.range.start);
        let sibling = |node| At {
            file: at.file,
            node,
        };
        if node.kind() == Kind::List {
            let items: Vec<u32> = node.items().map(Node::index).collect();
            let items = items.into_iter().enumerate();
            let items = items.map(|(nth, item)| self.process(sibling(item), &path.child(nth)));
            return Merged::List(span, items.collect());
        }
        let name = |key: Node<'_>| key.text().unwrap_or_default().into_owned();
        let entries: Vec<(u32, String)> = node
            .entries()
            .map(|entry| (entry.key.index(), name(entry.key)))
            .collect();
        let last: HashMap<String, u32> = entries
            .iter()
            .map(|(key, name)| (name.clone(), *key))
            .collect();
        let mut others = Vec::new();
        for (key, name) in entries.iter().filter(|(_, name)| name != INCLUDE_KEY) {
            let value = if last.get(name) == Some(key) {
                self.process(sibling(key + 1), &path.child(name.as_str()))
            } else {
                Merged::Copy(sibling(key + 1))
            };
            others.push((sibling(*key), value));
        }
        match last.get(INCLUDE_KEY) {
            None => Merged::Object(span, others),
            Some(key) => self.include(sibling(key + 1), others, span, path),
        }
    }

    /// What the object at `path` becomes, whose directive's value stands at `value`.
    fn include(&mut self, value: At, others: Vec<(At, Merged)>, span: Span, path: &Path) -> Merged {
        let Some(node) = self.loaded.node(value) else {
            return Merged::Object(span, others);
        };
        let value_span = self.loaded.span(value);
        let place = path.child(INCLUDE_KEY);
        let included = match node.kind() {
            Kind::String => self.load(value, path, &place),
            Kind::List => {
                let items: Vec<u32> = node.items().map(Node::index).collect();
                let mut included = Merged::Object(value_span, Vec::new());
                for (nth, item) in items.into_iter().enumerate() {
                    let target = At {
                        file: value.file,
                        node: item,
                    };
                    let content = self.load(target, path, &place.child(nth));
                    included = self.loaded.merge(included, content);
                }
                included
            }
            _ => {
                self.fail(value_span, &place, None, IncludeProblem::NotText);
                return Merged::Object(span, others);
            }
        };
        if others.is_empty() {
            return included;
        }
        if self.loaded.kind(&included) != Kind::Object {
            self.fail(
                value_span,
                &place,
                None,
                IncludeProblem::SiblingsOfNonObject,
            );
            return Merged::Object(span, others);
        }
        self.loaded.merge(included, Merged::Object(span, others))
    }

    /// The content, for `path`, of the file that the string at `target` names; nothing when that
    /// fails. `place` is where the name stands.
    fn load(&mut self, target: At, path: &Path, place: &Path) -> Merged {
        let span = self.loaded.span(target);
        let nothing = Merged::Object(span, Vec::new());
        let name = self
            .loaded
            .node(target)
            .filter(|node| node.kind() == Kind::String);
        let Some(name) = name.and_then(Node::text).map(std::borrow::Cow::into_owned) else {
            self.fail(span, place, None, IncludeProblem::NotText);
            return nothing;
        };
        if self.exhausted {
            return nothing;
        }
        match self.open(&name) {
            Ok((file, resolved)) => {
                self.chain.push(resolved);
                let content = self.process(At { file, node: 0 }, path);
                self.chain.pop();
                content
            }
            Err(problem) => {
                self.exhausted = matches!(problem, IncludeProblem::TooMany);
                self.fail(span, place, Some(name), problem);
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
        self.inclusions += 1;
        if self.inclusions > MAX_INCLUDES {
            return Err(IncludeProblem::TooMany);
        }
        let known = self.by_path.get(&resolved).cloned();
        let read = known.unwrap_or_else(|| self.read(&resolved));
        // A file that cannot be read is not tried again.
        self.by_path.insert(resolved.clone(), read.clone());
        let file = read?;
        let source = self.loaded.0.get(file).map(|file| &file.source);
        self.included_bytes += source.map_or(0, |source| source.range.len());
        if self.included_bytes > MAX_INCLUDED_BYTES {
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
