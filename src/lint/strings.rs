//! Every string and key below a value, with the way to it.

use crate::config::Config;
use crate::json5::{Kind, Node, Path, Segment};

/// The steps that lead to a part, told only when somebody asks.
pub(super) struct Way<'w, 't> {
    start: &'w Path,
    steps: &'w [Step<'t>],
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Key(Node<'t>),
    Index(usize),
}

impl<'t> Way<'_, 't> {
    /// The path of the part.
    pub(super) fn path(&self) -> Path {
        let steps = self.steps.iter().map(|step| match step {
            Step::Key(key) => Segment::Key(key.text().unwrap_or_default().into_owned()),
            Step::Index(index) => Segment::Index(*index),
        });
        Path(self.start.0.iter().cloned().chain(steps).collect())
    }

    /// Whether the way from the start leads through these keys; `*` is any key or place in a list.
    pub(super) fn is(&self, keys: &[&str]) -> bool {
        self.steps.len() == keys.len() && self.begins(keys)
    }

    /// Whether the way begins with these keys, as [`Way::is`].
    pub(super) fn begins(&self, keys: &[&str]) -> bool {
        let fits = |(step, key): (&Step<'t>, &&str)| match step {
            _ if *key == "*" => true,
            Step::Key(node) => node.text().is_some_and(|text| text == *key),
            Step::Index(_) => false,
        };
        self.steps.len() >= keys.len() && self.steps.iter().zip(keys).all(fits)
    }
}

/// Calls `see` for every string and every key below `node` that may hold a dollar sign, and perhaps for
/// others, in the order of the file.
pub(super) fn visit<'t>(
    config: &Config,
    start: &Path,
    node: Node<'t>,
    see: &mut impl FnMut(Node<'t>, &Way<'_, 't>),
) {
    // What is put together from several files stands on other bytes than its parts.
    let is_of_one_file = config.files.len() == 1;
    descend((start, is_of_one_file), node, &mut Vec::new(), see);
}

fn descend<'t>(
    (start, is_of_one_file): (&Path, bool),
    node: Node<'t>,
    steps: &mut Vec<Step<'t>>,
    see: &mut impl FnMut(Node<'t>, &Way<'_, 't>),
) {
    if is_of_one_file && !node.source().contains(['$', '\\']) {
        return;
    }
    let from = (start, is_of_one_file);
    match node.kind() {
        Kind::String => see(node, &Way { start, steps }),
        Kind::Object => {
            for entry in node.entries() {
                steps.push(Step::Key(entry.key));
                see(entry.key, &Way { start, steps });
                descend(from, entry.value, steps, see);
                steps.pop();
            }
        }
        Kind::List => {
            for (index, item) in node.items().enumerate() {
                steps.push(Step::Index(index));
                descend(from, item, steps, see);
                steps.pop();
            }
        }
        _ => {}
    }
}
