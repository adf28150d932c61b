//! The nodes of a document in pre-order, eight bytes each.

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// Any number, `Infinity` and `NaN` included.
    Number,
    /// Text in either quote.
    String,
    /// `[…]`
    List,
    /// `{…}`
    Object,
    /// The key of an object's entry; its value is the node after it.
    Key,
}

/// One node with all that is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawNode {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Tape place after the subtree.
    pub(super) next: u32,
    pub(super) kind: Kind,
    /// Whether the text has escapes.
    pub(super) escaped: bool,
    /// Whether the tree holds another text for it.
    pub(super) replaced: bool,
}

/// Bits that a slot has for a length or a place in [`Tape::extents`]; the other four say what it is.
const PAYLOAD_BITS: u32 = 28;

const PAYLOAD: u32 = (1 << PAYLOAD_BITS) - 1;

/// Longest text that is read, in bytes: the length of any part fits a slot.
pub const MAX_BYTES: usize = PAYLOAD as usize;

/// What a slot holds, with what is known of its text.
const TAGS: [(Kind, bool, bool); 11] = [
    (Kind::Null, false, false),
    (Kind::Boolean, false, false),
    (Kind::Number, false, false),
    (Kind::List, false, false),
    (Kind::Object, false, false),
    (Kind::Key, false, false),
    (Kind::Key, true, false),
    (Kind::String, false, false),
    (Kind::String, true, false),
    (Kind::String, false, true),
    (Kind::String, true, true),
];

/// The tag of a node; texts come last in [`TAGS`].
fn tag(kind: Kind, escaped: bool, replaced: bool) -> u32 {
    match kind {
        Kind::Null => 0,
        Kind::Boolean => 1,
        Kind::Number => 2,
        Kind::List => 3,
        Kind::Object => 4,
        Kind::Key => 5 + u32::from(escaped),
        Kind::String => 7 + u32::from(escaped) + 2 * u32::from(replaced),
    }
}

/// A node: where it starts, and its tag with its length or its extent.
#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    rest: u32,
}

/// Where a list or object ends.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    end: u32,
    next: u32,
}

/// The nodes. Most are keys and plain values, which need eight bytes; a list or object has eight more.
#[derive(Debug, Clone, Default)]
pub(super) struct Tape {
    slots: Vec<Slot>,
    extents: Vec<Extent>,
}

impl Tape {
    /// An empty tape with room for the nodes of a text of this length.
    pub(super) fn for_text(bytes: usize) -> Tape {
        Tape {
            slots: Vec::with_capacity(bytes / 16 + 1),
            extents: Vec::with_capacity(bytes / 128 + 1),
        }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The node at a place.
    pub(super) fn get(&self, index: u32) -> Option<RawNode> {
        let slot = self.slots.get(index as usize)?;
        let (kind, escaped, replaced) = *TAGS.get((slot.rest >> PAYLOAD_BITS) as usize)?;
        let payload = slot.rest & PAYLOAD;
        let extent = match kind {
            Kind::List | Kind::Object => *self.extents.get(payload as usize)?,
            _ => Extent {
                end: slot.start + payload,
                next: index + 1,
            },
        };
        Some(RawNode {
            start: slot.start,
            end: extent.end,
            next: extent.next,
            kind,
            escaped,
            replaced,
        })
    }

    /// The kind of the node at a place.
    pub(super) fn kind(&self, index: u32) -> Option<Kind> {
        let slot = self.slots.get(index as usize)?;
        let (kind, ..) = TAGS.get((slot.rest >> PAYLOAD_BITS) as usize)?;
        Some(*kind)
    }

    /// The place of the last node that begins at or before `start`, if nodes stand in that order.
    pub(super) fn last_at(&self, start: usize) -> Option<u32> {
        let behind = self
            .slots
            .partition_point(|slot| slot.start as usize <= start);
        behind.checked_sub(1).map(offset)
    }

    /// Appends a key or a plain value.
    pub(super) fn push(&mut self, kind: Kind, start: u32, end: u32, escaped: bool) {
        let length = end.saturating_sub(start).min(PAYLOAD);
        let rest = tag(kind, escaped, false) << PAYLOAD_BITS | length;
        self.slots.push(Slot { start, rest });
    }

    /// Appends a list or object, to be closed when its parts have been appended. Returns its place.
    pub(super) fn open(&mut self, kind: Kind, start: u32) -> u32 {
        let extent = offset(self.extents.len()).min(PAYLOAD);
        let rest = tag(kind, false, false) << PAYLOAD_BITS | extent;
        self.extents.push(Extent::default());
        self.slots.push(Slot { start, rest });
        offset(self.slots.len() - 1)
    }

    /// Closes the list or object at a place: the tape ends behind its parts.
    pub(super) fn close(&mut self, index: u32, end: u32) {
        let next = offset(self.slots.len());
        self.set_extent(index, Extent { end, next });
    }

    fn set_extent(&mut self, index: u32, extent: Extent) {
        let slot = self.slots.get(index as usize);
        let place = slot.map(|slot| (slot.rest & PAYLOAD) as usize);
        if let Some(known) = place.and_then(|at| self.extents.get_mut(at)) {
            *known = extent;
        }
    }

    /// Marks a string whose text is held elsewhere.
    pub(super) fn mark_replaced(&mut self, index: u32) {
        let Some(node) = self.get(index) else { return };
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.rest = tag(node.kind, node.escaped, true) << PAYLOAD_BITS | (slot.rest & PAYLOAD);
        }
    }

    /// Appends the node at a place of another tape with all below it, its text `base` bytes later.
    pub(super) fn append(&mut self, other: &Tape, index: u32, base: u32) {
        let Some(top) = other.get(index) else { return };
        let first = offset(self.slots.len());
        for at in index..top.next {
            let Some(node) = other.get(at) else { return };
            let (start, end) = (node.start + base, node.end + base);
            match node.kind {
                Kind::List | Kind::Object => {
                    let opened = self.open(node.kind, start);
                    let next = node.next - index + first;
                    self.set_extent(opened, Extent { end, next });
                }
                kind => self.push(kind, start, end, node.escaped),
            }
        }
    }
}

/// A tape place or byte offset; both fit, since no text is longer than [`MAX_BYTES`].
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
