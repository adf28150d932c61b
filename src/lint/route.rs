//! Where a base URL leads: its path, query and fragment as they are written, and the protocols it is
//! asked with.
//!
//! OpenClaw appends the rest of the path (`/chat/completions`) to the text of a base URL, so what
//! stands at its end decides whether a request arrives.

use std::ops::Range;

use super::base::Base;
pub(super) use crate::config::OPENAI_APIS as OPENAI;
use crate::diagnostic::Fix;
use crate::json5::{Edit, Span};
use crate::lmstudio;
use crate::trust;

/// The parts of an address behind its host and port, each with its place in the text.
pub(super) struct Route<'b> {
    text: &'b str,
    path: Range<usize>,
}

impl<'b> Route<'b> {
    fn of(text: &'b str) -> Option<Route<'b>> {
        let path = trust::path_place(text)?;
        let is_plain = !text.get(path.clone())?.contains('\\');
        is_plain.then_some(Route { text, path })
    }

    /// The path without the slashes at its end; empty when there is none.
    pub(super) fn path(&self) -> &'b str {
        self.whole_path().trim_end_matches('/')
    }

    /// The path as it is written.
    pub(super) fn whole_path(&self) -> &'b str {
        self.text.get(self.path.clone()).unwrap_or_default()
    }

    /// Where [`Route::whole_path`] stands.
    pub(super) fn path_place(&self) -> Range<usize> {
        self.path.clone()
    }

    /// Where [`Route::path`] stands from its `from`-th byte on.
    pub(super) fn path_from(&self, from: usize) -> Range<usize> {
        self.path.start + from..self.path.start + self.path().len()
    }

    /// Whether a question mark opens a query.
    pub(super) fn has_query(&self) -> bool {
        self.behind().starts_with('?')
    }

    /// What stands behind the path.
    fn behind(&self) -> &'b str {
        self.text.get(self.path.end..).unwrap_or_default()
    }

    /// Where the fragment stands, its `#` included.
    pub(super) fn fragment(&self) -> Option<Range<usize>> {
        let start = self.path.end + self.behind().find('#')?;
        Some(start..self.text.trim_end().len())
    }
}

/// A path without `ending`, in whatever case that stands there.
pub(super) fn without_ending<'p>(path: &'p str, ending: &str) -> Option<&'p str> {
    let cut = path.len().checked_sub(ending.len())?;
    let (before, last) = path.split_at_checked(cut)?;
    last.eq_ignore_ascii_case(ending).then_some(before)
}

impl Base<'_> {
    /// Where it leads; none for what is no URL, or waits for somebody to put the real host in.
    pub(super) fn route(&self) -> Option<Route<'_>> {
        let is_open = !self.address.missing.is_empty();
        let leads = is_open || (self.origin.is_some() && !self.is_placeholder());
        leads.then(|| Route::of(&self.address.text)).flatten()
    }

    /// Whether all that is asked at it is asked with protocols that `known` knows.
    pub(super) fn is_asked_with(&self, known: impl Fn(&str) -> bool) -> bool {
        let provider = &self.provider;
        if let Some(model) = &self.model {
            return known(&model.api(provider));
        }
        provider.is_asked_with(known)
    }

    /// Whether it is most likely LM Studio, see [`lmstudio::is_lm_studio`].
    pub(super) fn is_lm_studio(&self) -> bool {
        lmstudio::is_spoken_of(&self.provider.id)
            || self
                .origin
                .as_ref()
                .is_some_and(lmstudio::is_its_usual_place)
    }

    /// A fix that puts `text` in a place of the address; none when the address does not stand in the
    /// file as it is.
    pub(super) fn rewritten(
        &self,
        place: Range<usize>,
        text: &str,
        title: impl Into<String>,
        safe: bool,
    ) -> Option<Fix> {
        let start = self.written_at()?;
        let hides = trust::may_hide_password(&self.address.text);
        let span = Span::new(start + place.start, start + place.end);
        (!hides).then(|| Fix {
            safe,
            title: title.into(),
            edits: vec![Edit::replace(span, text)],
        })
    }
}
