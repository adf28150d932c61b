//! What the text of a credential is: a secret that stands in the file, a notation that stands for
//! one, or a word for servers that want none.
//!
//! The facts are of OpenClaw 2026.5.18: its markers and the variables of its providers are read from
//! the published package (`model-auth-markers`, `provider-env-vars`, and the manifests of the bundled
//! plugins), as is its redaction sentinel (`redact-snapshot`).

/// The text of a credential, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential<'t> {
    /// Nothing but blanks: none.
    Blank,
    /// `${NAME}`, perhaps with text around it.
    Template,
    /// A reference to the environment in another form that OpenClaw reads later: `$NAME`,
    /// `secretref-env:NAME`, `__env__:NAME`.
    Reference(&'t str),
    /// The bare name of a variable that belongs to a provider. As `apiKey` it stands for the variable.
    Variable(&'t str),
    /// A word by which OpenClaw knows that there is no key here.
    Marker,
    /// A word that people write for servers that want no key.
    Dummy,
    /// What is left of a secret after something hid it.
    Redacted,
    /// A notation that OpenClaw sends as it stands.
    Unsubstituted(Notation<'t>),
    /// A secret.
    Literal,
}

/// A notation of other tools for a value that stands elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation<'t> {
    /// `$NAME`, where OpenClaw wants `${NAME}`.
    Dollar(&'t str),
    /// `$${NAME}`: the escape.
    Escape(&'t str),
    /// `${name}`: braces, but no name in capital letters.
    Name(&'t str),
    /// `${NAME:-text}` and the like.
    Default(&'t str),
    /// `${NAME` without its end.
    Open,
    /// `$(command)`.
    Command,
    /// `{{ name }}`, `{env:NAME}`.
    Braces,
    /// `<NAME>`, or words like `your-key-here`.
    Placeholder,
    /// `%NAME%`.
    Percent(&'t str),
    /// `env:NAME`, `process.env.NAME`, `op://…`.
    Prefix,
    /// A name in capital letters that no provider has: `MY_LAB_KEY`.
    Bare(&'t str),
}

/// Words by which OpenClaw knows that no key is meant.
const MARKERS: [&str; 6] = [
    "custom-local",
    "ollama-local",
    "lmstudio-local",
    "minimax-oauth",
    "secretref-managed",
    "gcp-vertex-credentials",
];

/// Names that stand for what the AWS SDK finds by itself.
const AWS: [&str; 3] = [
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
];

/// What OpenClaw puts in the place of a secret before it shows a config.
const SENTINEL: &str = "__OPENCLAW_REDACTED__";

/// The variables of the providers, as `provider=VARIABLE`; the first of a provider is its usual one.
/// Names without a provider are only known as markers.
const VARIABLES: &str = include_str!("credential_variables.txt");

/// Words that are written for servers without a key though they hold digits or are long.
const DUMMIES: [&str; 5] = [
    "sk-no-key-required",
    "no-key-required",
    "1",
    "0",
    "lmstudio-no-auth-required",
];

/// Longest word that is taken for a stand-in rather than a secret, in characters; it has no digit.
const LONGEST_DUMMY: usize = 24;

/// Shortest row of stars that is taken for a hidden secret.
const HIDDEN: &str = "***";

impl<'t> Credential<'t> {
    /// Reads the text of a credential. A scheme in front, as in `Bearer …`, is no part of it.
    #[must_use]
    pub fn read(text: &'t str) -> Self {
        let text = without_scheme(text);
        if text.is_empty() {
            return Credential::Blank;
        }
        if is_redacted(text) {
            return Credential::Redacted;
        }
        if let Some(name) = reference(text) {
            return Credential::Reference(name);
        }
        if let Some(notation) = notation(text) {
            return Credential::Unsubstituted(notation);
        }
        if holds_template(text) {
            return Credential::Template;
        }
        if MARKERS.contains(&text) || AWS.contains(&text) || text.starts_with("oauth:") {
            return Credential::Marker;
        }
        if is_variable_name(text) && variables().any(|(_, name)| name == text) {
            return Credential::Variable(text);
        }
        if is_bare_name(text) {
            return Credential::Unsubstituted(Notation::Bare(text));
        }
        if is_dummy(text) {
            return Credential::Dummy;
        }
        Credential::Literal
    }

    /// Whether a secret is sent, be it written here or elsewhere.
    #[must_use]
    pub fn is_real(self) -> bool {
        matches!(
            self,
            Credential::Literal
                | Credential::Template
                | Credential::Reference(_)
                | Credential::Variable(_)
                | Credential::Unsubstituted(Notation::Dollar(_))
        )
    }
}

/// The variable that holds the key of a provider by custom.
#[must_use]
pub fn variable_of(provider: &str) -> Option<&'static str> {
    let provider = provider.trim().to_lowercase();
    variables()
        .find(|(id, _)| !id.is_empty() && *id == provider)
        .map(|(_, name)| name)
}

fn variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    VARIABLES.lines().filter_map(|line| line.split_once('='))
}

/// Words in front of the credential in a header.
const SCHEMES: [&str; 5] = ["bearer", "basic", "token", "apikey", "digest"];

/// Whether the text begins like the value of an `Authorization` header.
#[must_use]
pub fn has_scheme(text: &str) -> bool {
    without_scheme(text).len() < text.trim().len()
}

/// The credential behind a scheme like `Bearer`.
#[must_use]
pub fn without_scheme(text: &str) -> &str {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(char::is_whitespace) else {
        return text;
    };
    let is_scheme = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    if is_scheme { rest.trim() } else { text }
}

/// Whether the text is what is left of a hidden secret.
fn is_redacted(text: &str) -> bool {
    let inner = text.trim_matches(['[', ']', '<', '>', '(', ')', '{', '}']);
    let words = ["redacted", "masked", "hidden", "removed", "secret removed"];
    let in_brackets = inner.len() < text.len() || inner.chars().all(char::is_uppercase);
    let is_word = words.iter().any(|word| inner.eq_ignore_ascii_case(word));
    text == SENTINEL
        || text.contains(HIDDEN)
        || text.contains(['…', '•', '●'])
        || text.contains("...")
        || (is_word && (in_brackets || inner.eq_ignore_ascii_case("redacted")))
}

/// Whether `name` is one that OpenClaw substitutes: capital letters, digits and underscores.
#[must_use]
pub fn is_variable_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    name.bytes().all(legal) && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// A name that a SecretRef can have: it begins with a letter and has at most 128 characters.
fn is_reference_name(name: &str) -> bool {
    is_variable_name(name) && !name.starts_with('_') && name.len() <= 128
}

/// The variable in a reference of an old form, which nothing is to be said against.
fn reference(text: &str) -> Option<&str> {
    let name = text
        .strip_prefix("secretref-env:")
        .or_else(|| text.strip_prefix("__env__:"))?;
    is_reference_name(name).then_some(name)
}

/// Whether the text is `$NAME` and nothing else, which OpenClaw reads as a reference in the fields for
/// secrets.
#[must_use]
pub fn is_dollar_reference(text: &str) -> bool {
    text.trim().strip_prefix('$').is_some_and(is_reference_name)
}

/// Whether the text holds a `${NAME}` that is not escaped.
fn holds_template(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, tail) = rest.split_at(at);
        let inner = tail.get(2..).unwrap_or_default();
        let name = inner.split('}').next().unwrap_or_default();
        let is_whole = is_variable_name(name) && name.len() < inner.len();
        if is_whole && !before.ends_with('$') {
            return true;
        }
        rest = inner;
    }
    false
}

/// The notation of other tools in a credential, if there is one.
fn notation(text: &str) -> Option<Notation<'_>> {
    dollar_notation(text).or_else(|| {
        let between = |start, end| text.strip_prefix(start)?.strip_suffix(end);
        if let Some(name) = between("%", "%").filter(|name| is_identifier(name)) {
            return Some(Notation::Percent(name));
        }
        if text.contains("{{") && text.contains("}}") {
            return Some(Notation::Braces);
        }
        let curly = between("{", "}").map(|inner| inner.trim_start_matches("env:"));
        if curly.is_some_and(|inner| is_identifier(inner.trim())) {
            return Some(Notation::Braces);
        }
        let is_placeholder = between("<", ">").is_some_and(is_few_words) || is_yours(text);
        if is_placeholder {
            return Some(Notation::Placeholder);
        }
        has_prefix(text).then_some(Notation::Prefix)
    })
}

/// A notation with a dollar sign that OpenClaw leaves as it is, anywhere in the text.
#[must_use]
pub fn dollar_notation(text: &str) -> Option<Notation<'_>> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let tail = rest.get(at + 1..).unwrap_or_default();
        if tail.starts_with('(') {
            return tail.contains(')').then_some(Notation::Command);
        }
        if let Some(inner) = tail.strip_prefix("${") {
            let name = inner.split('}').next().unwrap_or_default();
            if is_variable_name(name) && name.len() < inner.len() {
                return Some(Notation::Escape(name));
            }
        } else if let Some(inner) = tail.strip_prefix('{') {
            let Some((name, after)) = inner.split_once('}') else {
                return is_variable_name(inner).then_some(Notation::Open);
            };
            if !is_variable_name(name) {
                return in_braces(name);
            }
            rest = after;
            continue;
        } else {
            let end = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let name = tail.get(..end.unwrap_or(tail.len())).unwrap_or_default();
            let begins = rest
                .get(..at)
                .is_none_or(|before| before.is_empty() || before.ends_with(char::is_whitespace));
            let ends = name.len() == tail.len();
            if is_variable_name(name) && name.len() > 1 && begins && ends {
                return Some(Notation::Dollar(name));
            }
        }
        rest = tail;
    }
    None
}

/// What stands in `${…}` when it is no name.
fn in_braces(inner: &str) -> Option<Notation<'_>> {
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (name, rest) = inner.split_at(end.unwrap_or(inner.len()));
    let operator =
        rest.starts_with([':', '?', '=', '+']) || (rest.starts_with('-') && is_variable_name(name));
    if operator && is_identifier(name) {
        return Some(Notation::Default(name));
    }
    let name = inner.trim();
    is_identifier(name).then_some(Notation::Name(name))
}

fn is_identifier(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    !name.is_empty() && name.bytes().all(legal)
}

fn is_few_words(inner: &str) -> bool {
    let legal = |c: char| c.is_alphanumeric() || " _-.'’/".contains(c);
    inner.chars().count() <= 60
        && inner.chars().any(char::is_alphabetic)
        && inner.chars().all(legal)
}

/// Words that documents write where the reader's own key belongs.
fn is_yours(text: &str) -> bool {
    let text = text.to_lowercase();
    let word = text.trim_start_matches("sk-");
    let starts = [
        "your-", "your_", "your ", "insert-", "insert_", "replace-", "replace_", "paste-",
    ];
    let speaks = starts.iter().any(|start| word.starts_with(start));
    let ends = ["-here", "_here", " here"];
    let is_short = word.chars().filter(char::is_ascii_digit).count() == 0 && word.len() <= 48;
    is_short && (speaks || ends.iter().any(|end| word.ends_with(end)))
}

/// Whether another tool would look the value up by what stands in front.
fn has_prefix(text: &str) -> bool {
    let prefixes = [
        "env:",
        "ENV:",
        "$env:",
        "env.",
        "process.env.",
        "os.environ/",
    ];
    let names = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    names.is_some_and(is_identifier) || text.starts_with("op://")
}

/// Whether the text is the name of a variable that nobody knows, and not a key: several words, the
/// last of which says that it holds one.
fn is_bare_name(text: &str) -> bool {
    let last = text.rsplit('_').next().unwrap_or_default();
    let tells = ["KEY", "TOKEN", "SECRET", "PASSWORD"].contains(&last);
    tells && last.len() < text.len() && is_reference_name(text)
}

/// Whether the text is a word that cannot be a key: letters and dashes, and not many of them.
fn is_dummy(text: &str) -> bool {
    let word = text.strip_prefix("sk-").unwrap_or(text);
    let is_word = |c: char| c.is_alphabetic() || matches!(c, '-' | '_' | ' ' | '/');
    DUMMIES.contains(&text)
        || repeats_one_character(word)
        || (word.chars().count() <= LONGEST_DUMMY
            && word.chars().all(is_word)
            && !mixes_cases(word))
}

/// Whether it is one character many times, as in the `sk-1111…` of text-generation-webui.
fn repeats_one_character(word: &str) -> bool {
    let first = word.chars().next();
    word.len() > 3 && word.chars().all(|c| Some(c) == first)
}

/// Whether capitals stand inside a word, as in random text: `qXbZrTw`.
fn mixes_cases(text: &str) -> bool {
    let mut words = text.split(['-', '_', ' ', '/']);
    let turns = |word: &str| {
        let mut pairs = word.chars().zip(word.chars().skip(1));
        pairs.any(|(a, b)| a.is_lowercase() && b.is_uppercase())
    };
    words.any(|word| turns(word) && word.len() > 8)
}

#[cfg(test)]
mod tests {
    use super::Credential::{Blank, Dummy, Literal, Marker, Redacted, Template};
    use super::*;

    #[test]
    fn every_kind_and_its_neighbours() {
        let dollar = |name| Credential::Unsubstituted(Notation::Dollar(name));
        let other = Credential::Unsubstituted;
        for (text, kind) in [
            ("", Blank),
            (" \t", Blank),
            ("Bearer ", Dummy),
            ("${MY_KEY}", Template),
            ("Bearer ${MY_KEY}", Template),
            ("a-${MY_KEY}-b", Template),
            ("${A}${B}", Template),
            ("${_A}", Template),
            ("$${MY_KEY}", other(Notation::Escape("MY_KEY"))),
            ("${MY_KEY}$${B}", other(Notation::Escape("B"))),
            ("$MY_KEY", dollar("MY_KEY")),
            ("Bearer $MY_KEY", dollar("MY_KEY")),
            ("$_KEY", dollar("_KEY")),
            ("$M", Literal),
            ("pa$MY_KEY", Literal),
            ("$MY_KEY!", Literal),
            ("$my_key", Literal),
            ("${my_key}", other(Notation::Name("my_key"))),
            ("${My_Key}", other(Notation::Name("My_Key"))),
            ("${1KEY}", other(Notation::Name("1KEY"))),
            ("${ MY_KEY }", other(Notation::Name("MY_KEY"))),
            ("${MY_KEY:-x}", other(Notation::Default("MY_KEY"))),
            ("${MY_KEY-x}", other(Notation::Default("MY_KEY"))),
            ("${MY_KEY:?}", other(Notation::Default("MY_KEY"))),
            ("${MY_KEY", other(Notation::Open)),
            ("${}", Literal),
            ("$(cat key)", other(Notation::Command)),
            ("{{ key }}", other(Notation::Braces)),
            ("{{key}}-x", other(Notation::Braces)),
            ("{env:MY_KEY}", other(Notation::Braces)),
            ("{key}", other(Notation::Braces)),
            ("<YOUR KEY>", other(Notation::Placeholder)),
            ("<key", Literal),
            ("YOUR_API_KEY", other(Notation::Placeholder)),
            ("sk-your-key-here", other(Notation::Placeholder)),
            ("your-4f9a", Literal),
            ("%MY_KEY%", other(Notation::Percent("MY_KEY"))),
            ("%MY_KEY", Literal),
            ("env:MY_KEY", other(Notation::Prefix)),
            ("process.env.MY_KEY", other(Notation::Prefix)),
            ("os.environ/MY_KEY", other(Notation::Prefix)),
            ("op://vault/lab/key", other(Notation::Prefix)),
            ("secretref-env:MY_KEY", Credential::Reference("MY_KEY")),
            ("__env__:MY_KEY", Credential::Reference("MY_KEY")),
            ("__env__:my_key", Literal),
            ("LM_API_TOKEN", Credential::Variable("LM_API_TOKEN")),
            (" OPENAI_API_KEY ", Credential::Variable("OPENAI_API_KEY")),
            ("LM_API_TOKENS", Dummy),
            ("MY_LAB_KEY", other(Notation::Bare("MY_LAB_KEY"))),
            ("KEY", Dummy),
            ("my_lab_key", Dummy),
            ("custom-local", Marker),
            ("ollama-local", Marker),
            ("lmstudio-local", Marker),
            ("secretref-managed", Marker),
            ("minimax-oauth", Marker),
            ("oauth:chutes", Marker),
            ("AWS_PROFILE", Marker),
            ("lmstudio-locale", Dummy),
            ("lm-studio", Dummy),
            ("EMPTY", Dummy),
            ("x", Dummy),
            ("not needed", Dummy),
            ("sk-no-key-required", Dummy),
            ("sk-local", Dummy),
            ("lmstudio-unauthenticated", Dummy),
            ("abcdefghijklmnopqrstuvwx", Dummy),
            ("abcdefghijklmnopqrstuvwxy", Literal),
            ("local1", Literal),
            ("qXbZrTwPlmk", Literal),
            ("1234", Literal),
            ("sk-lm-abcdefgh:abcdefghijklmnopqrst", Literal),
            ("Bearer abc1", Literal),
            ("Basic bWU6cHc=", Literal),
            ("***", Redacted),
            ("**", Literal),
            ("sk-***ab1", Redacted),
            ("Bearer ***", Redacted),
            ("[redacted]", Redacted),
            ("[REDACTED]", Redacted),
            ("REDACTED", Redacted),
            ("<hidden>", Redacted),
            ("hidden", Dummy),
            ("sk-ab1...9", Redacted),
            ("sk-ab1..9", Literal),
            ("sk-ab…9", Redacted),
            ("•••", Redacted),
            ("__OPENCLAW_REDACTED__", Redacted),
            ("__OPENCLAW_REDACTED_", Dummy),
        ] {
            assert_eq!(Credential::read(text), kind, "{text}");
        }
    }

    #[test]
    fn the_list_of_variables_is_readable() {
        assert_eq!(variable_of("lmstudio"), Some("LM_API_TOKEN"));
        assert_eq!(variable_of(" OpenAI"), Some("OPENAI_API_KEY"));
        assert_eq!(variable_of("gpu-box"), None);
        assert_eq!(variable_of(""), None);
        assert!(VARIABLES.lines().count() > 80);
        for line in VARIABLES.lines() {
            let (_, name) = line.split_once('=').expect("provider=NAME");
            assert!(is_variable_name(name), "{line}");
        }
    }

    #[test]
    fn a_scheme_is_no_part_of_a_credential() {
        assert!(has_scheme("Bearer x"));
        assert!(has_scheme("basic  x"));
        assert!(!has_scheme("Bearer"));
        assert!(!has_scheme("north site"));
        assert_eq!(without_scheme(" Token  a b "), "a b");
    }
}
