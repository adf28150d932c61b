//! JSON5 text as a lossless tree with byte spans, and edits that change only the bytes they must.
//!
//! Accepts and refuses exactly what npm `json5` 2.2.3 does, the reader inside OpenClaw, with one
//! stated difference: nesting deeper than [`MAX_DEPTH`] is refused. Knows nothing of OpenClaw.
//!
//! ```
//! use clawconf::json5::Tree;
//!
//! let tree = Tree::parse("{ port: 0x50, /* http */ }".to_owned())?;
//! let port = tree.root().get("port").expect("the key is there");
//! assert_eq!(port.number(), Some(80.0));
//! assert_eq!(port.source(), "0x50");
//! # Ok::<(), Box<clawconf::json5::Rejected>>(())
//! ```

mod comments;
mod decode;
mod edit;
mod editor;
mod error;
mod foreign;
mod identifier;
mod lexer;
mod parser;
mod patch;
mod path;
mod plain;
mod span;
mod surroundings;
mod tape;
mod tree;
mod trivia;
mod value;

pub use comments::comments;
pub use edit::{Edit, EditError, apply};
pub use editor::{Editor, is_editable};
pub use error::{Expected, SyntaxError, SyntaxErrorKind};
pub use foreign::takes_entries;
pub use parser::MAX_DEPTH;
pub use patch::NotPatchable;
pub use path::{Path, Segment};
pub use plain::{Unread, read_json, read_json_text};
pub use span::{LineIndex, Position, Span};
pub use tape::{Kind, MAX_BYTES};
pub use tree::{Assembly, Entry, Node, Rejected, Tree};
pub use value::Value;
