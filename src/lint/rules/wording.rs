//! Phrases that the contract rules share.

use crate::config;
use crate::contract::masking;
use crate::contract::release;
use crate::contract::shape::Shape;
use crate::contract::validate::Violation;
pub(super) use crate::json5::is_editable;
use crate::json5::{Kind, Node, Segment, Span, Tree};

/// Longest quotation from a config, in characters.
const LONGEST_QUOTE: usize = 60;

/// Text from the config in back-quotes: shortened, and without anything a terminal would act on.
pub(super) fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_QUOTE).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{AD}' | '\u{34F}' | '\u{180B}'..='\u{180E}' | '\u{FE00}'..='\u{FE0F}')
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let clean: String = shown
        .chars()
        .flat_map(|c| {
            let escaped = unseen(c).then(|| c.escape_default());
            let kept = escaped.is_none().then_some(c);
            escaped.into_iter().flatten().chain(kept)
        })
        .collect();
    format!("`{clean}`")
}

/// A key in back-quotes, unless it may be a secret that was put in the wrong place.
pub(super) fn key(name: &str) -> String {
    if name.is_empty() {
        "the empty key".to_owned()
    } else if masking::looks_like_token(name) || name.contains([':', ' ', '\n']) {
        "this key".to_owned()
    } else {
        quote(name)
    }
}

/// What a violation is about: the key in back-quotes, the item by number, or the whole config.
pub(super) fn subject(violation: &Violation<'_, '_>) -> String {
    let last = violation.path.0.last();
    match (violation.key.and_then(|name| name.text()), last) {
        (Some(name), _) => key(&name),
        (None, Some(Segment::Index(index))) => format!("item {} of this list", index + 1),
        (None, _) => "a config".to_owned(),
    }
}

/// Text from a place where something else belongs, in back-quotes if it cannot be a secret: a
/// number, a boolean or a template.
pub(super) fn harmless_text(text: &str) -> Option<String> {
    let is_template = config::template_names(text)
        .next()
        .is_some_and(|name| text.len() == name.len() + 3);
    if text.is_empty() {
        Some("empty text".to_owned())
    } else {
        (masking::is_plain(text) || is_template).then(|| quote(text))
    }
}

/// `a`, `b` or `c`, each in back-quotes.
pub(super) fn one_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(quote).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// What a value is, as people say it.
pub(super) fn kind(node: Node<'_>) -> &'static str {
    match node.kind() {
        Kind::Null => "`null`",
        Kind::Boolean => "a boolean",
        Kind::Number => "a number",
        Kind::String | Kind::Key => "text",
        Kind::List => "a list",
        Kind::Object => "an object",
    }
}

/// What may stand at a place, as people say it.
pub(super) fn wanted(shape: &Shape) -> String {
    let number = shape.number.as_ref().map(|number| {
        if number.integer {
            "a whole number"
        } else {
            "a number"
        }
    });
    let object = shape.object.as_ref().map(|object| {
        if object.name.as_deref() == Some("SecretRef") {
            "a SecretRef"
        } else {
            "an object"
        }
    });
    let parts = [
        shape.text.as_ref().map(|_| "text"),
        number,
        shape.boolean.then_some("`true` or `false`"),
        shape.list.as_ref().map(|_| "a list"),
        object,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" or ")
}

/// What people call the object of a definition.
pub(super) fn thing(definition: Option<&str>) -> &'static str {
    match definition {
        Some("Models") => "`models`",
        Some("Pricing") => "`pricing`",
        Some("Provider") => "a provider",
        Some("Model") => "a model entry",
        Some("AgentRuntime") => "`agentRuntime`",
        Some("LocalService") => "`localService`",
        Some("Request") => "`request`",
        Some("RequestAuth") => "this `auth`",
        Some("RequestProxy") => "this `proxy`",
        Some("Tls") => "`tls`",
        Some("Cost") => "`cost`",
        Some("PriceTier") => "a price tier",
        Some("Compat") => "`compat`",
        Some("SecretRef") => "a SecretRef",
        _ => "this object",
    }
}

/// What comes of a file that the contract forbids: a sentence for the end of a help.
pub(super) fn refused() -> String {
    format!("OpenClaw {} refuses the whole file.", release::TARGET)
}

/// The place to mark for an object: all of it when it stands on one line, else its opening.
pub(super) fn object_span(tree: &Tree, object: Node<'_>) -> Span {
    let span = object.span();
    if span.of(tree.text()).contains('\n') {
        Span::new(span.start, span.start + 1)
    } else {
        span
    }
}

/// The place to mark for a violation's value: see [`object_span`].
pub(super) fn value_span(tree: &Tree, violation: &Violation<'_, '_>) -> Span {
    object_span(tree, violation.node)
}

/// A sentence about templates, when the value holds one that no variable is known for.
pub(super) fn unset_variable(node: Node<'_>) -> Option<String> {
    let text = node.written_text()?;
    let current = node.text()?;
    let name =
        config::template_names(&text).find(|name| current.contains(&format!("${{{name}}}")))?;
    Some(format!(
        "`{name}` is not set here, and OpenClaw keeps the text of a template whose variable is missing; \
         set it, or tell lint with `--env {name}=…`."
    ))
}
