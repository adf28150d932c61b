#![doc = include_str!("prefixed_model_id.md")]

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use crate::config::{Model, Provider};
use crate::contract::release::{self, is_built_in};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Node, Tree};
use crate::lint::Context;
use crate::lint::rules::{Rule, wording};
use crate::lmstudio;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "prefixed-model-id",
        group: "lmstudio",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a model id that begins with the id of its provider",
        explain: include_str!("prefixed_model_id.md"),
    },
    check,
};

/// Providers that OpenClaw brings along and whose servers do not put their name before a model's.
const LOCAL_SERVERS: [&str; 4] = [lmstudio::PROVIDER_ID, "ollama", "sglang", "vllm"];

/// Publishers of open models: a provider may be called like one, whose models all begin so
/// (Hugging Face, the organisations most often met in ids of local servers).
const PUBLISHERS: &str = "allenai baidu bartowski cohere coherelabs deepseek-ai essentialai ggml-org google \
    huggingfacetb ibm ibm-granite internlm liquid liquidai lmstudio-community meta-llama microsoft \
    minimaxai mistralai mlx-community nousresearch openbmb primeintellect stepfun-ai tencent thudm \
    tiiuae unsloth xai-org zai-org";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    let references = OnceCell::new();
    for provider in context.config.providers() {
        let id = provider.id.trim();
        let mut siblings = None;
        for model in provider.models() {
            let Some(model_id) = model.id() else { continue };
            let Some(rest) = behind_prefix(&model_id, id) else {
                continue;
            };
            if siblings.is_none() && may_be_a_publisher(id) {
                break;
            }
            let siblings = siblings.get_or_insert_with(|| Siblings {
                provider: &provider,
                is_lm_studio: lmstudio::is_provider_id(id),
                ids: provider.models().filter_map(|model| model.id()).collect(),
                references: references.get_or_init(|| doubled_references(tree)),
            });
            findings.extend(finding(tree, &model, &model_id, rest, siblings));
        }
    }
}

/// What follows `<provider>/` in an id.
fn behind_prefix<'m>(model: &'m str, provider: &str) -> Option<&'m str> {
    let (prefix, rest) = model.split_at_checked(provider.len())?;
    let rest = rest.strip_prefix('/')?;
    let repeats = !provider.is_empty() && prefix.eq_ignore_ascii_case(provider);
    (repeats && !rest.trim().is_empty()).then_some(rest)
}

/// Whether models of a provider with this id may rightly begin with it: a cloud's own models
/// (`openrouter/auto`, `groq/compound`), or those of a publisher (`qwen/qwen3-8b`).
fn may_be_a_publisher(id: &str) -> bool {
    let id = id.to_lowercase();
    let is_cloud = is_built_in(&id) && !LOCAL_SERVERS.contains(&id.as_str());
    is_cloud
        || PUBLISHERS
            .split_whitespace()
            .any(|publisher| publisher == id)
}

/// What a renamed id must not collide with.
struct Siblings<'s, 'c> {
    provider: &'s Provider<'c>,
    is_lm_studio: bool,
    /// The ids of the provider's models, those that fixes write included.
    ids: HashSet<Cow<'c, str>>,
    /// See [`doubled_references`].
    references: &'s HashSet<String>,
}

/// Every text of a config that may refer to a prefixed id (`lmstudio/lmstudio/a`), in lower case.
fn doubled_references(tree: &Tree) -> HashSet<String> {
    let texts = tree.nodes().filter_map(Node::text);
    let is_doubled = |text: &str| {
        let provider = text.split('/').next().unwrap_or_default();
        let model = behind_prefix(text, provider);
        !provider.is_empty() && model.is_some_and(|model| behind_prefix(model, provider).is_some())
    };
    let doubled = texts.filter(|text| is_doubled(text.trim()));
    doubled.map(|text| text.trim().to_lowercase()).collect()
}

fn finding(
    tree: &Tree,
    model: &Model<'_>,
    id: &str,
    rest: &str,
    siblings: &mut Siblings<'_, '_>,
) -> Option<Finding> {
    let provider = siblings.provider.id.trim();
    let (shown, short) = (wording::key(id), wording::key(rest));
    let full = format!("{provider}/{id}");
    let message = format!(
        "the model id {shown} begins with its provider, {}",
        wording::key(provider)
    );
    let node = model.node.get("id")?;
    let path = model.path().child("id");
    let finding = Finding::new(&RULE.info, path, node.span(), message);
    if !siblings.is_lm_studio {
        return Some(finding.with_help(format!(
            "OpenClaw asks the server for {shown}, prefix and all, and the full reference is {}. If the server \
             calls the model {short}, write that; if it lists the prefix, leave it.",
            wording::key(&full)
        )));
    }
    let refers = siblings.references.contains(&full.to_lowercase());
    let is_free = siblings.ids.insert(Cow::Owned(rest.trim().to_owned()));
    let care = match (refers, is_free) {
        (true, _) => " Change the references to it as well.",
        (false, false) => " Another entry has that id already.",
        (false, true) => "",
    };
    let help = format!(
        "LM Studio knows the model as {short}: OpenClaw {} loads that one, and then asks for {shown}. The prefix \
         belongs only into references, in front of the id.{care}",
        release::TARGET
    );
    let is_as_written = !node.source().contains('$');
    let is_certain = !refers && is_free && is_as_written && wording::is_editable(model.node);
    let fix = is_certain.then(|| {
        let mut editor = Editor::new(tree);
        editor.set(node, rest.trim().into());
        Fix {
            safe: true,
            title: format!("write {short}"),
            edits: editor.edits(),
        }
    });
    Some(finding.with_help(help).with_fix(fix))
}
