//! `${NAME}` in strings, and the config's own `env` block.

use std::collections::BTreeMap;

use crate::json5::{Kind, Node, Tree};

/// Variables by name. Values may be secrets: they are put into the tree, never shown.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Variables(variables.into_iter().collect())
    }
}

impl Variables {
    /// Sets one; a value set before is replaced.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Adds those of `others` that are not set here.
    pub fn add(&mut self, others: Variables) {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The value, unless it is empty: OpenClaw takes an empty variable for a missing one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }
}

/// A `${NAME}` or `$${NAME}` in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation<'t> {
    /// Text that stands for itself.
    Literal(&'t str),
    /// `${NAME}`: replaced by the variable's value.
    Variable(&'t str),
    /// `$${NAME}`: becomes `${NAME}`.
    Escaped(&'t str),
}

/// Splits a string at its templates. Names match `[A-Z_][A-Z0-9_]*`; everything else, also
/// `${lower}` and `${X:-y}`, is literal text.
pub(super) fn notations(text: &str) -> impl Iterator<Item = Notation<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|tail| tail.find('$')) {
            let dollar = from + at;
            let tail = rest.get(dollar..).unwrap_or("");
            let escaped = tail.strip_prefix("$${").and_then(name_before_brace);
            let variable = tail.strip_prefix("${").and_then(name_before_brace);
            let (notation, length) = match (escaped, variable) {
                (Some(name), _) => (Notation::Escaped(name), name.len() + 4),
                (None, Some(name)) => (Notation::Variable(name), name.len() + 3),
                (None, None) => {
                    from = dollar + 1;
                    continue;
                }
            };
            if dollar > 0 {
                let (literal, after) = rest.split_at(dollar);
                rest = after;
                return Some(Notation::Literal(literal));
            }
            rest = rest.get(length..).unwrap_or("");
            return Some(notation);
        }
        Some(Notation::Literal(std::mem::take(&mut rest)))
    })
}

fn name_before_brace(tail: &str) -> Option<&str> {
    let in_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (name, after) = tail.split_at(tail.find(|c| !in_name(c))?);
    let begins_well = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    (begins_well && after.starts_with('}')).then_some(name)
}

/// The names that `${…}` in `text` asks for.
pub fn template_names(text: &str) -> impl Iterator<Item = &str> {
    notations(text).filter_map(|notation| match notation {
        Notation::Variable(name) => Some(name),
        _ => None,
    })
}

/// Puts variables into every string of the tree. Returns the names that were missing, each with
/// the string it stands in; such text stays as written.
pub(super) fn substitute(tree: &mut Tree, given: &Variables) -> Vec<(String, u32)> {
    let mut missing = Vec::new();
    if !tree.text().contains('$') && !tree.text().contains('\\') {
        return missing;
    }
    let variables = with_env_block(tree, given);
    let mut replaced = Vec::new();
    for node in strings_with_a_dollar(tree) {
        let text = node.text().unwrap_or_default();
        let mut out = String::new();
        let mut changed = false;
        for notation in notations(&text) {
            match notation {
                Notation::Literal(literal) => out.push_str(literal),
                Notation::Escaped(name) => {
                    changed = true;
                    out.extend(["${", name, "}"]);
                }
                Notation::Variable(name) => {
                    if let Some(value) = variables.get(name) {
                        changed = true;
                        out.push_str(value);
                    } else {
                        missing.push((name.to_owned(), node.index()));
                        out.extend(["${", name, "}"]);
                    }
                }
            }
        }
        if changed {
            replaced.push((node.index(), out));
        }
    }
    for (index, value) in replaced {
        tree.replace_string(index, value);
    }
    missing
}

/// The strings that may hold a template, in order.
fn strings_with_a_dollar(tree: &Tree) -> Vec<Node<'_>> {
    let is_text = |node: &Node<'_>| node.kind() == Kind::String;
    if tree.text().contains('\\') || !tree.is_in_order() {
        // An escape may stand for the dollar sign.
        let strings = tree.nodes().filter(is_text);
        return strings
            .filter(|node| node.source().contains(['$', '\\']))
            .collect();
    }
    let dollars = tree.text().match_indices('$');
    let around = dollars.filter_map(|(at, _)| tree.node_at(at));
    let mut found: Vec<Node<'_>> = around.filter(is_text).collect();
    found.dedup_by_key(|node| node.index());
    found
}

/// Adds the variables of the config's `env` block: `env.vars.NAME`, then `env.NAME`, which wins.
/// What is given from outside wins over both, unless it is blank. Blank values, values that hold a
/// template themselves and names that OpenClaw holds for dangerous are left out.
fn with_env_block(tree: &Tree, given: &Variables) -> Variables {
    let mut variables = given.clone();
    let Some(env) = tree.root().get("env") else {
        return variables;
    };
    let mut block: BTreeMap<String, String> = BTreeMap::new();
    let long_form = env.get("vars").into_iter().flat_map(Node::entries);
    let short_form = env.entries().filter(|entry| {
        let key = entry.key.text();
        !matches!(key.as_deref(), Some("vars" | "shellEnv"))
    });
    for entry in long_form.chain(short_form) {
        let (Some(name), Some(value)) = (entry.key.text(), entry.value.text()) else {
            continue;
        };
        let name = name.trim();
        if entry.value.kind() == Kind::String && !value.trim().is_empty() && may_be_set(name) {
            block.insert(name.to_owned(), value.into_owned());
        }
    }
    for (name, value) in block {
        let outside = given
            .get(&name)
            .is_some_and(|value| !value.trim().is_empty());
        if !outside && template_names(&value).next().is_none() {
            variables.0.insert(name, value);
        }
    }
    variables
}

/// Names that a config may not set (`host-env-security-policy` of OpenClaw 2026.5.18).
const DANGEROUS: &str = include_str!("dangerous_names.txt");

/// Beginnings of names that a config may not set, from the same list.
const DANGEROUS_PREFIXES: [&str; 7] = [
    "GIT_CONFIG_",
    "NPM_CONFIG_",
    "CARGO_REGISTRIES_",
    "TF_VAR_",
    "DYLD_",
    "LD_",
    "BASH_FUNC_",
];

fn may_be_set(name: &str) -> bool {
    let mut bytes = name.bytes();
    let valid = bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let upper = name.to_ascii_uppercase();
    valid
        && !DANGEROUS_PREFIXES
            .iter()
            .any(|prefix| upper.starts_with(prefix))
        && !DANGEROUS.lines().any(|line| line == upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn substituted(text: &str, variables: &[(&str, &str)]) -> (String, Vec<String>) {
        let literal = serde_json::to_string(text).expect("text");
        let mut tree = Tree::parse(literal).expect("a string");
        let pairs = variables
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let missing = substitute(&mut tree, &pairs.collect());
        let result = tree.root().text().expect("a string").into_owned();
        (result, missing.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn every_notation_of_the_contract_page() {
        let set = [
            ("MY_KEY", "v"),
            ("_KEY", "u"),
            ("B_B", "b"),
            ("BLANK", " "),
            ("EMPTY", ""),
            ("T", "${MY_KEY}"),
        ];
        let cases = [
            ("${MY_KEY}", "v", &[][..]),
            ("${NO_KEY}", "${NO_KEY}", &["NO_KEY"]),
            ("${EMPTY}", "${EMPTY}", &["EMPTY"]),
            ("${BLANK}", " ", &[]),
            ("a-${MY_KEY}-${X}-${Y}", "a-v-${X}-${Y}", &["X", "Y"]),
            ("$${MY_KEY}", "${MY_KEY}", &[]),
            ("$$${MY_KEY}", "$${MY_KEY}", &[]),
            ("$MY_KEY", "$MY_KEY", &[]),
            (
                "${my_key}${My_Key}${1KEY}${}${ MY_KEY }",
                "${my_key}${My_Key}${1KEY}${}${ MY_KEY }",
                &[],
            ),
            ("${MY_KEY:-x}", "${MY_KEY:-x}", &[]),
            ("${MY_KEY", "${MY_KEY", &[]),
            ("${_KEY}", "u", &[]),
            ("${A_${B_B}}", "${A_b}", &[]),
            ("${T}", "${MY_KEY}", &[]),
            ("$", "$", &[]),
        ];
        for (before, after, missing) in cases {
            let (result, names) = substituted(before, &set);
            assert_eq!(
                (result.as_str(), names.as_slice()),
                (
                    after,
                    &*missing.iter().map(|&s| s.to_owned()).collect::<Vec<_>>()
                ),
                "{before}"
            );
        }
    }

    #[test]
    fn the_env_block_gives_what_is_not_set_outside() {
        let text = r#"{ env: { vars: { A: "long", B: "b", C: " ", D: "${B}", E: "inner", NODE_OPTIONS: "x" }, A: "short" },
                        v: ["${A}", "${B}", "${C}", "${D}", "${E}", "${NODE_OPTIONS}"] }"#;
        let mut tree = Tree::parse(text.to_owned()).expect("JSON5");
        let given = [
            ("E".to_owned(), "outer".to_owned()),
            ("B".to_owned(), " ".to_owned()),
        ];
        let missing = substitute(&mut tree, &given.into_iter().collect());
        let list = tree.root().get("v").expect("a list");
        let values: Vec<_> = list
            .items()
            .map(|item| item.text().expect("text").into_owned())
            .collect();
        assert_eq!(
            values,
            ["short", "b", "${C}", "${D}", "outer", "${NODE_OPTIONS}"]
        );
        // The template inside the block itself is substituted too, after the block was read.
        let names: Vec<_> = missing.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["C", "D", "NODE_OPTIONS"]);
    }
}
