#![doc = include_str!("literal_secret.md")]

use std::collections::{HashMap, HashSet};

use super::phrases;
use crate::config;
use crate::contract::credential::{self, is_variable_name, variable_of};
use crate::contract::masking::looks_like_token;
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Kind, Node, Tree};
use crate::lint::Context;
use crate::lint::credential::{Field, Place};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "literal-secret",
        group: "secrets",
        severity: Severity::Warning,
        fix: FixKind::Unsafe,
        summary: "a key, token or password written out in the file",
        explain: include_str!("literal_secret.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let is_meant = |field: &&Field<'_>| field.place != Place::ModelHeader && field.is_literal();
    let fields: Vec<&Field<'_>> = context.credentials().iter().filter(is_meant).collect();
    let Some(tree) = context.tree().filter(|_| !fields.is_empty()) else {
        return;
    };
    let names: Vec<Option<String>> = fields.iter().map(|field| variable_for(field)).collect();
    let taken = names_in(tree);
    let mut wanted: HashMap<&str, usize> = HashMap::new();
    for name in names.iter().flatten() {
        *wanted.entry(name).or_default() += 1;
    }
    // One variable cannot stand for two secrets.
    let is_free = |name: &&str| wanted.get(name) == Some(&1) && !taken.contains(*name);
    for (field, name) in fields.iter().zip(&names) {
        let name = name.as_deref().filter(is_free);
        findings.push(finding(field, name));
    }
}

fn finding(field: &Field<'_>, name: Option<&str>) -> Finding {
    let message = format!("{} holds a secret, written out", phrases::subject(field));
    let template = format!("${{{}}}", name.unwrap_or("NAME"));
    let reference = if field.place == Place::ServiceEnv {
        ""
    } else {
        ", or a SecretRef"
    };
    let help = format!(
        "Whoever gets this file, a backup of it or a bug report gets the secret. Keep it in the environment and write \
         `{template}` here{reference}."
    );
    let fix = name.and_then(|name| to_template(field, name));
    Finding::new(&RULE.info, field.path(), field.entry.key.span(), message)
        .with_help(help)
        .with_fix(fix)
}

/// Puts a template in the place of the secret.
fn to_template(field: &Field<'_>, name: &str) -> Option<Fix> {
    let node = field.entry.value;
    let text = node.written_text()?;
    let quote = node.source().get(..1)?;
    let scheme = if credential::has_scheme(&text) {
        let word = text.split_whitespace().next()?;
        format!("{word} ")
    } else {
        String::new()
    };
    Some(Fix {
        safe: false,
        title: format!(
            "replace it by `${{{name}}}`; first save the value as the variable `{name}`"
        ),
        edits: vec![Edit::replace(
            node.span(),
            format!("{quote}{scheme}${{{name}}}{quote}"),
        )],
    })
}

/// The variable that a secret should be kept in; none when no good name can be made.
fn variable_for(field: &Field<'_>) -> Option<String> {
    let key = field.key();
    if field.place == Place::ServiceEnv && is_variable_name(&key) {
        return (!looks_like_token(&key)).then(|| key.into_owned());
    }
    let id = &field.provider.id;
    if field.place == Place::ApiKey
        && let Some(known) = variable_of(id)
    {
        return Some(known.to_owned());
    }
    let is_proxy = field.path().keys().any(|key| key == Some("proxy"));
    let what = match field.place {
        Place::ApiKey => "API_KEY".to_owned(),
        Place::Auth => "TOKEN".to_owned(),
        Place::TlsKey if is_proxy => "PROXY_TLS_KEY".to_owned(),
        Place::TlsKey => "TLS_KEY".to_owned(),
        Place::Passphrase if is_proxy => "PROXY_TLS_PASSPHRASE".to_owned(),
        Place::Passphrase => "TLS_PASSPHRASE".to_owned(),
        Place::Header | Place::ServiceEnv | Place::ModelHeader => of_header(&key)?,
    };
    let owner = capitals(id).filter(|_| !looks_like_token(id))?;
    let name = format!("{owner}_{what}");
    Some(match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("PROVIDER_{name}"),
        false => name,
    })
}

/// The part of the name that tells the header.
fn of_header(key: &str) -> Option<String> {
    let is_login = ["authorization", "proxy-authorization"]
        .iter()
        .any(|known| key.eq_ignore_ascii_case(known));
    if is_login {
        return Some("TOKEN".to_owned());
    }
    let name = capitals(key).filter(|_| !looks_like_token(key))?;
    Some(name.strip_prefix("X_").map_or(name.clone(), str::to_owned))
}

/// The words of a name in capitals, for the name of a variable; none when letters would be lost.
fn capitals(name: &str) -> Option<String> {
    /// Longest name that becomes part of another, in characters.
    const LONGEST: usize = 40;
    let name = name.trim();
    let is_plain = name.is_ascii() && name.len() <= LONGEST;
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    (is_plain && !words.is_empty()).then(|| words.join("_"))
}

/// The names of variables that the file speaks of.
fn names_in(tree: &Tree) -> HashSet<String> {
    let mut names = HashSet::new();
    for node in tree.nodes().filter(|node| node.kind() == Kind::String) {
        if may_speak_of_one(node)
            && let Some(text) = node.written_text()
        {
            names.extend(config::template_names(&text).map(str::to_owned));
            let bare = text
                .trim()
                .trim_start_matches(['$', '%'])
                .trim_end_matches('%');
            let bare = bare.rsplit(':').next().unwrap_or_default();
            names.extend(is_variable_name(bare).then(|| bare.to_owned()));
        }
    }
    names
}

/// Whether a string is worth a look: it holds a dollar sign, or ends like a name in capitals.
fn may_speak_of_one(node: Node<'_>) -> bool {
    let source = node.source();
    let last = source.trim_end_matches(['"', '\'', '%', ' ']);
    source.contains('$') || last.ends_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{capitals, of_header};

    #[test]
    fn names_become_names_of_variables() {
        for (name, variable) in [
            ("gpu-box", Some("GPU_BOX")),
            ("Studio Upstairs", Some("STUDIO_UPSTAIRS")),
            ("studio.downstairs", Some("STUDIO_DOWNSTAIRS")),
            ("a--b", Some("A_B")),
            ("机柜", None),
            ("${X}", Some("X")),
            ("", None),
        ] {
            assert_eq!(capitals(name).as_deref(), variable, "{name}");
        }
        assert_eq!(of_header("X-Plant-Key").as_deref(), Some("PLANT_KEY"));
        assert_eq!(of_header("Authorization").as_deref(), Some("TOKEN"));
    }
}
