//! Configs that a Markdown page quotes in fenced blocks.
//!
//! A block in `json`, `json5` or `jsonc` counts when it is a config with model providers. One that
//! holds only a part says which in the line of its fence: ```` ```json5 clawconf:providers ````.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::fences::{Block, blocks};
use super::{Facts, Selection, is_config, lint_knowing, rules, wanted_names};
use crate::config::{Config, Files, Options, ReadError, Text};
use crate::contract::masking::{self, MASK};
use crate::diagnostic::Finding;
use crate::json5::{Edit, Kind, Path as JsonPath, Span, Tree};

/// The languages of fences that may hold a config.
const LANGUAGES: [&str; 3] = ["json", "json5", "jsonc"];

/// What begins the word of a fence that speaks to us.
const MARKS: [&str; 2] = ["clawconf:", "clawconf="];

/// The word of a fence whose block is left alone.
const IGNORE: &str = "ignore";

/// The configs of one Markdown page.
#[derive(Debug)]
pub struct Page {
    quoted: Vec<(Excerpt, Config)>,
    /// What stands behind fences that speak to us and are not understood.
    odd_marks: Vec<Span>,
}

impl Page {
    /// Finds the configs in a page. Nothing is included: pages show single files.
    #[must_use]
    pub fn read(name: &str, path: &Path, page: &str, options: &Options) -> Page {
        let mut quoted = Vec::new();
        for excerpt in excerpts(page) {
            let text = Text::decode(excerpt.text.clone().into_bytes());
            let config = Config::load(name, path.to_owned(), text, &Nothing, options);
            if excerpt.is_part || is_config(&config) {
                quoted.push((excerpt, config));
            }
        }
        let odd = blocks(page).into_iter().filter(|block| is_odd(block.info));
        let place =
            |block: Block<'_>| Span::new(block.info_start, block.info_start + block.info.len());
        Page {
            quoted,
            odd_marks: odd.map(place).collect(),
        }
    }

    /// How many configs it quotes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.quoted.len()
    }

    /// Whether there is nothing in it for us.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.quoted.is_empty() && self.odd_marks.is_empty()
    }

    /// How many of them can be read to their ends.
    #[must_use]
    pub fn readable(&self) -> usize {
        let configs = self.quoted.iter();
        configs
            .filter(|(_, config)| config.tree().is_some())
            .count()
    }

    /// What is found in all of them, at its place in the page.
    #[must_use]
    pub fn lint(&self, selection: &Selection, facts: &Facts) -> Vec<Finding> {
        let mut selection = selection.clone();
        selection.ignore.push("bad-include".to_owned());
        let mut findings = Vec::new();
        for (excerpt, config) in &self.quoted {
            for mut finding in lint_knowing(config, &selection, facts) {
                excerpt.place(&mut finding);
                findings.push(finding);
            }
        }
        findings.extend(self.unknown_marks(&selection));
        findings.sort_by_key(|finding| finding.span);
        findings
    }

    /// What is said of fences that are not understood.
    fn unknown_marks(&self, selection: &Selection) -> impl Iterator<Item = Finding> {
        let rule = rules::find("unknown-rule").filter(|rule| selection.includes(rule));
        let marks = self.odd_marks.iter();
        marks.filter_map(move |span| {
            let message = "this fence names no part of a config, so its block is not looked at";
            let help = "Write `clawconf:models`, `clawconf:providers`, `clawconf:provider`, a path that begins with \
                        `models.`, or `clawconf:ignore`.";
            let finding = Finding::new(rule?, JsonPath::default(), *span, message.to_owned());
            Some(finding.with_help(help))
        })
    }

    /// The host names that [`wanted_names`] wants of any of them.
    pub fn wanted_names(&self) -> impl Iterator<Item = String> {
        let configs = self.quoted.iter().map(|(_, config)| config);
        configs.flat_map(wanted_names)
    }
}

/// A page has no files beside it.
struct Nothing;

impl Files for Nothing {
    fn real_path(&self, _: &Path) -> Result<Option<PathBuf>, String> {
        Ok(None)
    }

    fn read(&self, _: &Path) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Missing)
    }
}

/// The text of a page with all but the configs in it masked, and those as [`masking::masked`] does.
/// The number of characters stays.
#[must_use]
pub fn masked(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut at = 0;
    for excerpt in excerpts(page) {
        let shown = masking::masked(&excerpt.text);
        let mut shown = shown.chars();
        let mut done = 0;
        for piece in &excerpt.pieces {
            out.push_str(&hidden(Span::new(at, piece.page.start).of(page)));
            let skipped = Span::new(done, piece.text.start).of(&excerpt.text);
            let count = |text: &str| text.chars().count();
            let own = shown.by_ref().skip(count(skipped));
            out.extend(own.take(count(piece.page.of(page))));
            (at, done) = (piece.page.end, piece.text.end);
        }
    }
    out.push_str(&hidden(Span::new(at, page.len()).of(page)));
    out
}

fn hidden(prose: &str) -> String {
    let shown = |c: char| {
        if c.is_whitespace() || c == '>' {
            c
        } else {
            MASK
        }
    };
    prose.chars().map(shown).collect()
}

/// A block of a page as the config that it stands for.
#[derive(Debug)]
struct Excerpt {
    /// The whole config: what the block says, and around it what it leaves out.
    text: String,
    /// What of the text stands where in the page.
    pieces: Vec<Piece>,
    /// Whether the fence says that it is a part.
    is_part: bool,
}

#[derive(Debug)]
struct Piece {
    text: Span,
    page: Span,
    /// What its line begins with in the page.
    prefix: String,
}

/// The steps to a part of a config.
type Steps = Vec<String>;

/// The blocks that may hold a config.
fn excerpts(page: &str) -> Vec<Excerpt> {
    let excerpt = |block: Block<'_>| Excerpt::new(page, part_of(block.info)?, &block.lines);
    blocks(page).into_iter().filter_map(excerpt).collect()
}

/// What a fence says to us: the part of a config that its block holds, or [`IGNORE`].
fn said(info: &str) -> Option<&str> {
    let mut words = info.split([' ', '\t', ',', '{', '}']);
    words.find_map(|word| {
        let place = MARKS.iter().find_map(|mark| word.strip_prefix(mark))?;
        Some(place.trim_matches(['"', '\'']))
    })
}

/// Whether a fence speaks to us and cannot be understood.
fn is_odd(info: &str) -> bool {
    let known = |place: &str| {
        let is_path = place
            .strip_prefix("models.")
            .is_some_and(|rest| !rest.is_empty());
        is_path || ["models", "providers", "provider", IGNORE].contains(&place)
    };
    said(info).is_some_and(|place| !known(place))
}

/// What a fence says of its block: nothing if it holds no config, else the steps to the part that it
/// holds if it says so.
fn part_of(info: &str) -> Option<Option<Steps>> {
    let mut words = info.split([' ', '\t', ',', '{', '}']);
    let language = words.next()?.to_lowercase();
    if !LANGUAGES.contains(&language.as_str()) {
        return None;
    }
    if is_odd(info) {
        return None;
    }
    let steps = |place: &str| place.split('.').map(str::to_owned).collect();
    match said(info) {
        Some(IGNORE) => None,
        Some("providers") => Some(Some(steps("models.providers"))),
        Some("provider") => Some(Some(steps("models.providers.example"))),
        Some(place) => Some(Some(steps(place))),
        None => Some(None),
    }
}

impl Excerpt {
    fn new(page: &str, part: Option<Steps>, ranges: &[Range<usize>]) -> Option<Excerpt> {
        ranges.first()?;
        let mut spans: Vec<Span> = Vec::new();
        for range in ranges {
            match spans.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => spans.push(Span::new(range.start, range.end)),
            }
        }
        let content: String = spans.iter().map(|span| span.of(page)).collect();
        let (before, behind) = match &part {
            Some(steps) => around(&content, steps),
            None => (String::new(), String::new()),
        };
        let mut at = before.len();
        let pieces = spans.into_iter().map(|span| {
            let text = Span::new(at, at + span.len());
            at = text.end;
            Piece {
                text,
                page: span,
                prefix: prefix(page, span.start),
            }
        });
        Some(Excerpt {
            pieces: pieces.collect(),
            text: format!("{before}{content}{behind}"),
            is_part: part.is_some(),
        })
    }

    /// The piece in which a place of the text lies.
    fn piece(&self, offset: usize) -> Option<&Piece> {
        let behind = self
            .pieces
            .partition_point(|piece| piece.text.start <= offset);
        self.pieces.get(behind.saturating_sub(1))
    }

    /// The place in the page of a place in the text.
    fn in_page(&self, offset: usize) -> usize {
        self.piece(offset).map_or(0, |piece| {
            let into = offset.saturating_sub(piece.text.start);
            piece.page.start + into.min(piece.page.len())
        })
    }

    fn span_in_page(&self, span: Span) -> Span {
        Span::new(self.in_page(span.start), self.in_page(span.end))
    }

    /// Moves a finding from the text into the page.
    fn place(&self, finding: &mut Finding) {
        finding.span = self.span_in_page(finding.span);
        for label in &mut finding.labels {
            label.span = self.span_in_page(label.span);
        }
        if let Some(fix) = &mut finding.fix {
            let inside = fix.edits.iter().all(|edit| self.holds(edit.span));
            for edit in &mut fix.edits {
                *edit = self.edit_in_page(edit);
            }
            if !inside {
                finding.fix = None;
            }
        }
    }

    /// Whether all of `span` stands in the page.
    fn holds(&self, span: Span) -> bool {
        let first = self.pieces.first().map(|piece| piece.text.start);
        let last = self.pieces.last().map(|piece| piece.text.end);
        first.is_some_and(|first| first <= span.start) && last.is_some_and(|last| span.end <= last)
    }

    /// The same edit of the page. New lines begin as the line does that is edited.
    fn edit_in_page(&self, edit: &Edit) -> Edit {
        let mut span = self.span_in_page(edit.span);
        let piece = self.piece(edit.span.start);
        let prefix = piece.map_or("", |piece| &piece.prefix);
        let begins_line = piece.is_some_and(|piece| piece.text.start == edit.span.start);
        let last = self.pieces.last();
        let ends_block = last.is_some_and(|piece| piece.text.end == edit.span.end);
        if edit.text.is_empty() && begins_line && ends_block {
            // The line of the fence has a beginning of its own.
            span.start -= prefix.len();
        }
        Edit::replace(span, edit.text.replace('\n', &format!("\n{prefix}")))
    }
}

/// What the line of a place begins with, up to there.
fn prefix(page: &str, offset: usize) -> String {
    let before = page.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.to_owned()
}

/// What stands before and behind a part of a config that is found at `steps`. The part is a value
/// there, or entries of that value, or an entry with the last step's name.
fn around(content: &str, steps: &[String]) -> (String, String) {
    let is_braced = first_token(content).starts_with('{');
    let whole = if is_braced {
        content.to_owned()
    } else {
        format!("{{{content}\n}}")
    };
    let tree = Tree::parse(whole).ok();
    let last = steps.last().map(String::as_str).unwrap_or_default();
    let named = tree.is_some_and(|tree| {
        let value = tree.root().get(last);
        value.is_some_and(|value| value.kind() == Kind::Object)
    });
    let steps = match steps.split_last() {
        Some((_, above)) if named => above,
        _ => steps,
    };
    let key = |step: &String| format!("{{{}:", serde_json::Value::from(step.as_str()));
    let mut before: String = steps.iter().map(key).collect();
    let mut behind = "}".repeat(steps.len());
    if !is_braced {
        before.push('{');
        behind.push('}');
    }
    // The last line may be a comment.
    (before, format!("\n{behind}"))
}

/// A part's text from its first character that is no comment on.
fn first_token(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|at| at + 2)
        } else {
            return rest;
        };
        rest = end
            .and_then(|end| rest.get(end..))
            .unwrap_or_default()
            .trim_start();
    }
}
