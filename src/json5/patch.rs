//! Bringing an object up to a patch: what the patch names gets its values, all else stays.

use super::editor::Editor;
use super::foreign::takes_entries;
use super::path::Path;
use super::tape::Kind;
use super::tree::Node;
use super::value::Value;

/// A part of a document that a patch needs, and that cannot be changed in place: it is no object, or is
/// put together from several files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no object, or is put together from several files", named(.0))]
pub struct NotPatchable(pub Path);

fn named(path: &Path) -> String {
    if path.0.is_empty() {
        "the config as a whole".to_owned()
    } else {
        format!("`{path}`")
    }
}

impl Editor<'_> {
    /// Gives every entry of `patch`, an object, to the object `node`, which stands at `path`: objects are
    /// gone into, other values replace what is there unless it is the same.
    ///
    /// ```
    /// use clawconf::json5::{Editor, Path, Tree, Value};
    ///
    /// let tree = Tree::parse("{ a: { b: 1 } } // kept".to_owned())?;
    /// let patch = Tree::parse("{ a: { c: 2 } }".to_owned())?.root().to_value();
    /// let mut editor = Editor::new(&tree);
    /// editor.patch(tree.root(), &patch, &Path::default())?;
    /// assert_eq!(editor.apply()?, "{ a: { b: 1, c: 2 } } // kept");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When an object is needed where none is, or it cannot be changed in place.
    pub fn patch(
        &mut self,
        node: Node<'_>,
        patch: &Value,
        path: &Path,
    ) -> Result<(), NotPatchable> {
        let Value::Object(entries) = patch else {
            return Ok(());
        };
        if node.kind() != Kind::Object {
            return Err(NotPatchable(path.clone()));
        }
        for (key, value) in entries {
            let below = path.child(key.as_str());
            match (node.get(key), value) {
                (Some(old), Value::Object(_)) => self.patch(old, value, &below)?,
                (Some(old), _) if old.to_value().same(value) => {}
                (Some(old), _) => self.set(old, value.clone()),
                (None, _) if !takes_entries(node) => return Err(NotPatchable(path.clone())),
                (None, _) => {
                    let end = node.entries().count();
                    self.insert(node, end, key, value.clone());
                }
            }
        }
        Ok(())
    }
}
