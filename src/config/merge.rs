//! How the contents of several files become one value, each part still knowing its file.

use std::collections::HashMap;

use super::source::SourceFile;
use crate::json5::{Assembly, Kind, Node, Span, Tree};

/// Keys that a merge drops.
const BLOCKED_KEYS: [&str; 3] = ["__proto__", "prototype", "constructor"];

/// A file that was read.
pub(super) struct LoadedFile {
    pub(super) source: SourceFile,
    pub(super) tree: Tree,
    /// Its `$include` keys.
    pub(super) directives: Vec<u32>,
}

/// A node of one of the files.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) node: u32,
}

/// A value on its way into the merged tree.
pub(super) enum Merged {
    /// As it stands in its file.
    Copy(At),
    Object(Span, Vec<(At, Merged)>),
    List(Span, Vec<Merged>),
}

/// All files that were read, the config first.
pub(super) struct Loaded(pub(super) Vec<LoadedFile>);

impl Loaded {
    /// The tree of a merged value, over the texts of all files in a row.
    pub(super) fn assemble(&self, value: &Merged) -> Tree {
        let mut assembly = Assembly::default();
        for file in &self.0 {
            assembly.add_text(file.tree.text());
        }
        self.add(value, &mut assembly);
        assembly.finish()
    }

    pub(super) fn into_sources(self) -> Vec<SourceFile> {
        self.0.into_iter().map(|file| file.source).collect()
    }

    /// Objects key by key, lists end to end, everything else: the later one.
    pub(super) fn merge(&self, target: Merged, source: Merged) -> Merged {
        match (self.kind(&target), self.kind(&source)) {
            (Kind::List, Kind::List) => {
                let (span, mut items) = self.items(target);
                items.extend(self.items(source).1);
                Merged::List(span, items)
            }
            (Kind::Object, Kind::Object) => {
                let (span, entries) = self.entries(target);
                let mut places = HashMap::new();
                let mut merged: Vec<Option<(At, Merged)>> = Vec::new();
                for (key, value) in entries {
                    places.insert(self.key_name(key), merged.len());
                    merged.push(Some((key, value)));
                }
                for (key, value) in self.last_of_each(self.entries(source).1) {
                    let name = self.key_name(key);
                    if BLOCKED_KEYS.contains(&name.as_str()) {
                        continue;
                    }
                    let place = places.get(&name).and_then(|&at| merged.get_mut(at));
                    match place.and_then(Option::take) {
                        Some((_, old)) => {
                            let value = self.merge(old, value);
                            if let Some(&at) = places.get(&name)
                                && let Some(slot) = merged.get_mut(at)
                            {
                                *slot = Some((key, value));
                            }
                        }
                        None => {
                            places.insert(name, merged.len());
                            merged.push(Some((key, value)));
                        }
                    }
                }
                Merged::Object(span, merged.into_iter().flatten().collect())
            }
            _ => source,
        }
    }

    fn last_of_each(&self, entries: Vec<(At, Merged)>) -> Vec<(At, Merged)> {
        let mut last = HashMap::new();
        for (nth, (key, _)) in entries.iter().enumerate() {
            last.insert(self.key_name(*key), nth);
        }
        let numbered = entries.into_iter().enumerate();
        let kept = numbered.filter(|(nth, (key, _))| last.get(&self.key_name(*key)) == Some(nth));
        kept.map(|(_, entry)| entry).collect()
    }

    pub(super) fn node(&self, at: At) -> Option<Node<'_>> {
        Some(self.0.get(at.file)?.tree.node(at.node))
    }

    pub(super) fn span(&self, at: At) -> Span {
        let file = self.0.get(at.file);
        file.map_or(Span::default(), |file| {
            file.tree
                .node(at.node)
                .span()
                .shifted(file.source.range.start)
        })
    }

    fn key_name(&self, key: At) -> String {
        self.node(key)
            .map(|key| key.identity().into_owned())
            .unwrap_or_default()
    }

    pub(super) fn kind(&self, value: &Merged) -> Kind {
        match value {
            Merged::Copy(at) => self.node(*at).map_or(Kind::Null, Node::kind),
            Merged::Object(..) => Kind::Object,
            Merged::List(..) => Kind::List,
        }
    }

    fn items(&self, value: Merged) -> (Span, Vec<Merged>) {
        match value {
            Merged::List(span, items) => (span, items),
            Merged::Copy(At { file, node }) => {
                let items = self
                    .node(At { file, node })
                    .into_iter()
                    .flat_map(Node::items);
                let items = items.map(|item| {
                    Merged::Copy(At {
                        file,
                        node: item.index(),
                    })
                });
                (self.span(At { file, node }), items.collect())
            }
            Merged::Object(span, _) => (span, Vec::new()),
        }
    }

    fn entries(&self, value: Merged) -> (Span, Vec<(At, Merged)>) {
        match value {
            Merged::Object(span, entries) => (span, entries),
            Merged::Copy(At { file, node }) => {
                let entries = self
                    .node(At { file, node })
                    .into_iter()
                    .flat_map(Node::entries);
                let entries = entries.map(|entry| {
                    let value = Merged::Copy(At {
                        file,
                        node: entry.value.index(),
                    });
                    (
                        At {
                            file,
                            node: entry.key.index(),
                        },
                        value,
                    )
                });
                (self.span(At { file, node }), entries.collect())
            }
            Merged::List(span, _) => (span, Vec::new()),
        }
    }

    fn add(&self, value: &Merged, out: &mut Assembly) {
        match value {
            Merged::Copy(at) => {
                let base = self
                    .0
                    .get(at.file)
                    .map_or(0, |file| file.source.range.start);
                if let Some(node) = self.node(*at) {
                    out.copy(node, base);
                }
            }
            Merged::Object(span, entries) => {
                out.open(Kind::Object, *span);
                for (key, value) in entries {
                    self.add(&Merged::Copy(*key), out);
                    self.add(value, out);
                }
                out.close();
            }
            Merged::List(span, items) => {
                out.open(Kind::List, *span);
                for item in items {
                    self.add(item, out);
                }
                out.close();
            }
        }
    }
}
