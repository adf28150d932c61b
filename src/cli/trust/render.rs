//! A verdict, for people and for programs.

use std::io::{self, Write};
use std::net::IpAddr;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::contract::masking::looks_like_token;
use crate::contract::release::TARGET;
use crate::trust::{
    Change, EndpointClass, Host, Origin, Outcome, Reason, Stage, Verdict, may_hide_password,
};

/// A verdict as JSON.
#[derive(Serialize)]
pub(super) struct Report {
    verdict: &'static str,
    stage: &'static str,
    reason: &'static str,
    class: &'static str,
    trusted_origin: Option<String>,
    request_origin: Option<String>,
    /// From 1; redirects count on.
    hop: usize,
    address: Option<Address>,
    pub message: String,
    /// What to change, all together.
    changes: Vec<Proposal>,
    /// What OpenClaw 2026.5.18 does: `allow` beside a `block` is where this policy is stricter.
    openclaw: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    trace: Vec<Step>,
}

#[derive(Serialize)]
struct Address {
    ip: String,
    kind: &'static str,
    name: &'static str,
    source: &'static str,
    /// The IPv4 address inside.
    inner: Option<String>,
}

#[derive(Serialize)]
struct Proposal {
    kind: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Step {
    hop: usize,
    stage: &'static str,
    outcome: &'static str,
    text: String,
}

/// Hosts that may be a part of a password, or a key in a wrong place, and are not shown.
pub(in crate::cli) struct Hidden(Vec<Host>);

impl Hidden {
    /// Those in URLs that were given.
    pub(in crate::cli) fn hosts_of<'u>(urls: impl IntoIterator<Item = &'u str>) -> Hidden {
        let doubtful = urls.into_iter().filter(|url| is_doubtful(url));
        let origins = doubtful.filter_map(|url| Origin::parse(url).ok());
        Hidden(origins.map(|origin| origin.host).collect())
    }

    /// A text without them, wherever a host stands in one: in back-quotes, or behind `//`.
    pub(in crate::cli) fn apply(&self, text: &str) -> String {
        let hide = |text: String, host: &Host| {
            let address = host.address().map(|ip| ip.to_string());
            let forms = [Some(host.to_string()), address];
            let forms = forms.into_iter().flatten();
            forms.fold(text, |text, form| {
                let text = text.replace(&format!("`{form}`"), "`•••`");
                text.replace(&format!("//{form}"), "//•••")
            })
        };
        self.0.iter().fold(text.to_owned(), hide)
    }

    fn has(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|host| host.address() == Some(ip))
    }
}

/// Whether the host of a URL may be secret.
pub(super) fn is_doubtful(url: &str) -> bool {
    let host = Origin::parse(url).map(|origin| origin.host.to_string());
    may_hide_password(url) || host.is_ok_and(|host| looks_like_token(&host))
}

impl Report {
    pub(super) fn new(verdict: &Verdict, notes: Vec<String>, hidden: &Hidden) -> Report {
        let shown = |origin: &Origin| hidden.apply(&origin.to_string());
        let word = |allows| if allows { "allow" } else { "block" };
        let trace = verdict.trace.iter().map(|step| Step {
            hop: step.hop,
            stage: step.stage.code(),
            outcome: step.outcome.code(),
            text: hidden.apply(&step.text),
        });
        Report {
            verdict: word(verdict.is_allowed()),
            stage: verdict.stage.code(),
            reason: verdict.reason.code(),
            class: verdict.class.name(),
            trusted_origin: verdict.trusted_origin.as_ref().map(shown),
            request_origin: verdict.request_origin.as_ref().map(shown),
            hop: verdict.hop,
            address: verdict
                .address
                .filter(|address| !hidden.has(address.ip))
                .map(|address| Address {
                    ip: address.ip.to_string(),
                    kind: address.kind().code(),
                    name: address.facet.name,
                    source: address.facet.source,
                    inner: address.facet.inner.map(|(inner, _)| inner.to_string()),
                }),
            message: hidden.apply(&verdict.message),
            changes: verdict
                .changes
                .iter()
                .map(|change| Proposal {
                    kind: change.code(),
                    text: hidden.apply(&change.to_string()),
                })
                .collect(),
            openclaw: word(verdict.openclaw_allows),
            notes: notes.iter().map(|note| hidden.apply(note)).collect(),
            trace: trace.collect(),
        }
    }
}

/// The verdict in words, and every stage in its order.
pub(super) fn human(
    verdict: &Verdict,
    notes: &[String],
    quiet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let allowed = verdict.is_allowed();
    let (style, word) = if allowed {
        (AnsiColor::Green.on_default().bold(), "allowed")
    } else {
        (AnsiColor::Red.on_default().bold(), "refused")
    };
    let message = verdict.message.strip_prefix("allowed");
    let rest = message.map_or(format!(": {}", verdict.message), str::to_owned);
    writeln!(out, "{style}{word}{style:#}{rest}")?;
    if quiet {
        return Ok(());
    }
    if verdict.reason == Reason::NotLookedUp {
        writeln!(
            out,
            "\n`--resolve` asks for the addresses; `--resolved-ip IP` gives them."
        )?;
    }
    if !allowed {
        writeln!(out, "\nWhat to do: {}", advice(verdict))?;
        let openclaw = if verdict.openclaw_allows {
            format!("OpenClaw {TARGET} lets it through: clawconf is stricter here.")
        } else if verdict.is_a_connection_error() {
            format!(
                "OpenClaw {TARGET} refuses it too, and only says `Connection error.`, after many retries."
            )
        } else {
            format!("OpenClaw {TARGET} refuses it too.")
        };
        if verdict.reason != Reason::Unresolved {
            writeln!(out, "{openclaw}")?;
        }
    }
    for note in notes {
        writeln!(out, "Note: {note}.")?;
    }
    writeln!(out)?;
    stages(verdict, out)
}

/// What a person does about a refusal.
pub(in crate::cli) fn advice(verdict: &Verdict) -> String {
    let only_the_flag = verdict.changes == [Change::AllowPrivateNetwork];
    let flag = if only_the_flag {
        " Nothing but `allowPrivateNetwork: true` lets it through, and every other private address with it."
    } else {
        ""
    };
    let changes: Vec<String> = verdict.changes.iter().map(Change::to_string).collect();
    match (verdict.reason, changes.as_slice()) {
        (Reason::Metadata, _) if verdict.stage == Stage::Answers => {
            "find out who lets the name answer so. A metadata service hands the secrets of the machine to whoever asks."
                .to_owned()
        }
        (Reason::Metadata, _) => format!(
            "point `baseUrl` at a model server. A metadata service hands the secrets of the machine to whoever asks.{flag}"
        ),
        (Reason::LinkLocal, _) => {
            format!("give the server an address of its network, or use its name.{flag}")
        }
        (Reason::NeverServer, _) => format!("write the address of the server.{flag}"),
        (Reason::Private | Reason::RefusedName, _) if only_the_flag => {
            if matches!(verdict.class, EndpointClass::Native(_)) {
                format!("find out why the name answers so; a gateway of your own needs a name of its own.{flag}")
            } else {
                format!("give the machine another name, or use its address.{flag}")
            }
        }
        (_, [_, ..]) => format!("{}.", changes.join(", and ")),
        (Reason::NotAUrl | Reason::NotHttp, []) => {
            "write scheme, host and port, as in `http://192.168.1.5:1234/v1`.".to_owned()
        }
        (Reason::Credentials, []) => {
            "take the user name and password out of the URL, and put the credential in `apiKey`.".to_owned()
        }
        (Reason::BlockedPort, []) => "let the server listen on another port.".to_owned(),
        (Reason::Unresolved, []) => {
            "check the spelling, and which name server knows the name.".to_owned()
        }
        (Reason::TooManyRedirects | Reason::RedirectLoop, []) => {
            "mend the redirects of the server.".to_owned()
        }
        (_, []) => "ask another address; no change of the config lets this one through.".to_owned(),
    }
}

fn stages(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let dimmed = Style::new().dimmed();
    let several = verdict.trace.iter().any(|step| step.hop > 1);
    let mut hop = 0;
    for step in &verdict.trace {
        if several && step.hop != hop {
            hop = step.hop;
            writeln!(out, "  request {hop}")?;
        }
        let (style, word) = match step.outcome {
            Outcome::Pass => (AnsiColor::Green.on_default(), "ok"),
            Outcome::Block => (AnsiColor::Red.on_default(), "refused"),
            Outcome::Skip => (dimmed, "-"),
        };
        let stage = step.stage.code();
        let text = match step.outcome {
            Outcome::Block => "for the reason above",
            Outcome::Pass | Outcome::Skip => &step.text,
        };
        writeln!(out, "  {stage:<11}{style}{word:<9}{style:#}{text}")?;
    }
    let reached = verdict.trace.last().map(|step| step.stage);
    let rest = Stage::ALL
        .into_iter()
        .filter(|stage| Some(*stage) > reached);
    for stage in rest {
        let stage = stage.code();
        writeln!(out, "  {dimmed}{stage:<11}{:<9}not reached{dimmed:#}", "-")?;
    }
    Ok(())
}
