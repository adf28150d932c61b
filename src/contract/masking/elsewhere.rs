//! What may be shown of a config beside its providers: which models agents use, and whom a profile is for.
//! Only names of providers that are known, and what follows them in a reference.

use super::appearance::looks_like_token;
use crate::contract::provider_id::ProviderId;
use crate::json5::{Kind, Node, Span};

/// How a profile lets requests in (2026.5.18).
const MODES: [&str; 3] = ["api_key", "oauth", "token"];

/// The values that may be shown there, in document order.
pub(super) fn shown_elsewhere(root: Node<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let below = |keys: &[&str]| keys.iter().try_fold(root, |node, key| node.get(key));
    if let Some(model) = below(&["agents", "defaults", "model"]) {
        let fallbacks = model.get("fallbacks");
        let fallbacks = fallbacks.into_iter().flat_map(Node::items);
        let texts = [Some(model), model.get("primary")].into_iter().flatten();
        found.extend(
            texts
                .chain(fallbacks)
                .filter(|text| is_reference(*text, root)),
        );
    }
    let profiles = below(&["auth", "profiles"]);
    for profile in profiles.into_iter().flat_map(Node::entries) {
        let of = |key: &str| profile.value.get(key);
        let is_known = |node: &Node<'_>| text(*node).is_some_and(|id| is_provider(&id, root));
        let is_mode = |node: &Node<'_>| text(*node).is_some_and(|mode| MODES.contains(&&*mode));
        found.extend(of("provider").filter(is_known));
        found.extend(of("mode").filter(is_mode));
    }
    let mut spans: Vec<Span> = found.into_iter().map(Node::span).collect();
    spans.sort_unstable();
    spans
}

/// Whether a text is `provider/model` of a provider that is known.
fn is_reference(node: Node<'_>, root: Node<'_>) -> bool {
    let Some(text) = text(node) else { return false };
    let provider = text.split_once('/').map(|(provider, _)| provider);
    let is_other = ["://", "@", "="].iter().any(|mark| text.contains(mark));
    let may_be = !is_other && !looks_like_token(&text);
    may_be && provider.is_some_and(|id| is_provider(id, root))
}

/// Whether this config or OpenClaw itself has a provider with this id.
fn is_provider(id: &str, root: Node<'_>) -> bool {
    let own = root
        .get("models")
        .and_then(|models| models.get("providers"));
    let has_it = own.is_some_and(|own| own.get(id).is_some());
    (has_it && !looks_like_token(id)) || ProviderId::of(id).is_built_in()
}

fn text(node: Node<'_>) -> Option<String> {
    let text = node.written_text().filter(|_| node.kind() == Kind::String);
    text.map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use crate::contract::masking::masked;

    #[test]
    fn references_are_shown_and_nothing_else() {
        let providers = "models: {providers: {lab: {}}}";
        let cases = [
            ("model: 'lab/owl'", "model: 'lab/owl'"),
            ("model: 'rack/owl'", "model: '••••••••'"),
            ("model: 'openai/gpt-5'", "model: 'openai/gpt-5'"),
            ("model: 'hunter2'", "model: '•••••••'"),
            ("model: 'lab/sk-1'", "model: 'lab/sk-1'"),
            ("model: 'sk-lab/1'", "model: '••••••••'"),
            ("model: 'lab/u:p@h'", "model: '•••••:•••'"),
            (
                "model: 'lab/ab12cd34ef56ab78'",
                "model: '••••••••••••••••••••'",
            ),
            (
                "model: {primary: 'lab/owl', fallbacks: ['lab/emu', 'x'], other: 'lab/owl'}",
                "model: {primary: 'lab/owl', fallbacks: ['lab/emu', '•'], other: '•••••••'}",
            ),
        ];
        for (text, expected) in cases {
            let around = |text: &str| format!("{{{providers}, agents: {{defaults: {{{text}}}}}}}");
            assert_eq!(masked(&around(text)), around(expected), "{text}");
        }
    }

    #[test]
    fn of_profiles_the_provider_and_the_mode() {
        let text =
            "{auth: {profiles: {a: {provider: 'lmstudio', mode: 'api_key', key: 'lmstudio'}}}}";
        let expected =
            "{auth: {profiles: {a: {provider: 'lmstudio', mode: 'api_key', key: '••••••••'}}}}";
        assert_eq!(masked(text), expected);
        let text = "{auth: {profiles: {a: {provider: 'hunter2', mode: 'hunter2'}}}}";
        let expected = "{auth: {profiles: {a: {provider: '•••••••', mode: '•••••••'}}}}";
        assert_eq!(masked(text), expected);
    }
}
