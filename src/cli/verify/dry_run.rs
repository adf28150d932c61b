//! `--dry-run`: what would be sent where, and nothing is.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::plan::{Plan, Unit};
use crate::cli::args::{Form, Verify};
use crate::cli::printable;
use crate::contract::masking::{MASK, masked_url};
use crate::live::verification::Target;
use crate::lmstudio::{LOAD_PATH, List};
use crate::trust::Origin;
use crate::verification::{Script, Subject, Why};

/// A request that would be sent.
#[derive(Serialize)]
struct Planned<'p> {
    config: &'p str,
    provider: &'p str,
    model: Option<&'p str>,
    purpose: String,
    method: &'static str,
    url: String,
    headers: Vec<String>,
    body: Option<&'p Value>,
}

#[derive(Serialize)]
struct Requests<'p> {
    version: u32,
    requests: Vec<Planned<'p>>,
    /// What cannot be verified, and why.
    left_out: Vec<String>,
}

/// Writes the requests of a plan.
pub(super) fn write(
    plan: &Plan,
    command: &Verify,
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut all = Requests {
        version: 1,
        requests: Vec::new(),
        left_out: Vec::new(),
    };
    for unit in &plan.units {
        add(unit, command, &mut all);
    }
    if form == Form::Json {
        serde_json::to_writer_pretty(&mut *out, &all).map_err(io::Error::from)?;
        return writeln!(out);
    }
    let mut last = None;
    for request in &all.requests {
        let heading = (request.config, request.provider, request.model);
        if last != Some(heading) {
            let model = request
                .model
                .map_or(String::new(), |model| format!("/{model}"));
            let name = format!("{}{model}", request.provider);
            writeln!(out, "{} ({})", printable(&name), printable(request.config))?;
            last = Some(heading);
        }
        let headers = request.headers.join(", ");
        writeln!(
            out,
            "  {} {}  {}",
            request.method, request.url, request.purpose
        )?;
        if !headers.is_empty() {
            writeln!(out, "    {}", printable(&headers))?;
        }
        if let Some(body) = request.body {
            writeln!(out, "    {}", printable(&body.to_string()))?;
        }
    }
    for why in &all.left_out {
        writeln!(out, "left out: {}", printable(why))?;
    }
    writeln!(out, "Nothing was sent.")
}

fn add<'p>(unit: &'p Unit, command: &Verify, all: &mut Requests<'p>) {
    let target = match &unit.target {
        Ok(target) => target,
        Err(why) => {
            all.left_out.push(format!("{}: {why}", unit.provider));
            return;
        }
    };
    let server = &target.server.base;
    let plan = |model, purpose: String, method, url: String, body| Planned {
        config: &unit.config,
        provider: &unit.provider,
        model,
        purpose,
        method,
        url: masked_url(&url),
        headers: headers(target),
        body,
    };
    for (purpose, url) in lists(target) {
        all.requests.push(plan(None, purpose, "GET", url, None));
    }
    let chat = || format!("{}/chat/completions", target.base_url);
    let has_key = target.server.headers.contains_key("authorization");
    if target.speaks_openai {
        let purpose = match command.quick {
            true => "no content, if the list is forbidden",
            false => "no content, to see who is let in",
        };
        all.requests
            .push(plan(None, purpose.to_owned(), "POST", chat(), None));
    }
    if !command.quick && target.speaks_openai && has_key {
        let purpose = "a wrong key, and no content".to_owned();
        all.requests.push(plan(None, purpose, "POST", chat(), None));
    }
    for (subject, _) in &unit.models {
        let script = match &subject.script {
            Ok(script) => script,
            Err(Why::NoId) => {
                all.left_out
                    .push(format!("a model of {}: it has no `id`", unit.provider));
                continue;
            }
            Err(Why::OtherApi(api)) => {
                let reference = format!("{}/{}", unit.provider, subject.id);
                all.left_out
                    .push(format!("{reference}: it is asked with `{api}`"));
                continue;
            }
        };
        let model = Some(subject.id.as_str());
        if subject.wish.is_some() && !command.quick {
            let load = format!("{server}{LOAD_PATH}");
            let purpose = "to load it ahead, unless it is loaded".to_owned();
            all.requests.push(plan(model, purpose, "POST", load, None));
        }
        for (purpose, body) in bodies(subject, script, command) {
            all.requests
                .push(plan(model, purpose, "POST", chat(), Some(body)));
        }
    }
}

/// The lists of models that a server is asked for, with what each is for.
fn lists(target: &Target) -> Vec<(String, String)> {
    let list = format!("{}/models", target.base_url);
    let mut lists = vec![("its models".to_owned(), list.clone())];
    if !target.speaks_openai {
        return lists;
    }
    let usual = Origin::parse(&target.base_url).map(|origin| format!("{origin}/v1/models"));
    if let Ok(usual) = usual
        && usual != list
    {
        lists.push(("the same, if there are none".to_owned(), usual));
    }
    for kind in List::ALL {
        let purpose = match (target.is_lm_studio, kind) {
            (true, List::Native) => "its models, as LM Studio tells them; after a chat again",
            (true, _) => "the same, if it is an older one",
            (false, _) => "the same, if it turns out to be LM Studio",
        };
        let url = format!("{}{}", target.server.base, kind.path());
        lists.push((purpose.to_owned(), url));
    }
    lists
}

/// The chats with a model, with what each is for.
fn bodies<'s>(subject: &Subject, script: &'s Script, command: &Verify) -> Vec<(String, &'s Value)> {
    let times = match command.repeat {
        1 => String::new(),
        many => format!(", {many} times"),
    };
    let mut bodies = vec![(format!("plain chat{times}"), &script.chat)];
    if command.quick {
        return bodies;
    }
    for (remedy, body) in &script.remedies {
        let (key, value) = remedy.setting();
        let purpose = format!("with compat.{key}: {value}, if the plain chat is refused");
        bodies.push((purpose, body));
    }
    bodies.push(("not streamed".to_owned(), &script.whole));
    if let Some(body) = &script.with_usage {
        let purpose = "with usage asked for, if none is told".to_owned();
        bodies.push((purpose, body));
    }
    for (setting, body) in &script.efforts {
        bodies.push((format!("{}: {}", setting.key, setting.word()), body));
    }
    if subject.tools != Some(false) {
        bodies.push(("tool call; its result follows".to_owned(), &script.tool));
    }
    bodies
}

/// The headers that go along, without their values.
fn headers(target: &Target) -> Vec<String> {
    let names = target.server.headers.keys();
    names
        .map(|name| format!("{name}: {MASK}{MASK}{MASK}"))
        .collect()
}
