//! What a person does about a server that does not list its models.

use super::asking::Outcome;
use crate::cli::trust::render;
use crate::live::Failure;
use crate::net::{Error, Phase};
use crate::trust::Reason;

/// What to do next, in a sentence or two.
pub(super) fn advice(outcome: &Outcome, failure: &Failure) -> String {
    match failure {
        Failure::NoAnswer(error) => about_no_answer(outcome, error),
        Failure::UnauthorizedElsewhere(origin) => {
            format!("if `{origin}` is the server that you mean, put its address into `baseUrl`.")
        }
        Failure::Unauthorized { with_key: false } if !outcome.warnings.is_empty() => {
            "see the warnings: they say which key was not found. `--api-key-env NAME` sends the one in that variable."
                .to_owned()
        }
        Failure::Unauthorized { with_key: false } => {
            "write `apiKey: \"${LM_API_TOKEN}\"` into the config, with the key in that variable, or send it once with \
             `--api-key-env LM_API_TOKEN`. The key is in LM Studio under Developer, server settings."
                .to_owned()
        }
        Failure::Unauthorized { with_key: true } => {
            "compare the key with that in LM Studio under Developer, server settings; a blank or a quote too \
             many is enough."
                .to_owned()
        }
        Failure::Forbidden => {
            "something in front of LM Studio refuses this machine or this host name; look there.".to_owned()
        }
        Failure::NotReady => "wait until it has started, and ask again.".to_owned(),
        Failure::Status(status) if *status >= 500 => {
            "look at what the server says of it: `lms log stream`.".to_owned()
        }
        Failure::Status(_) => "check the address: is it that of LM Studio itself?".to_owned(),
        Failure::NotLmStudio(_) => {
            "check host and port: LM Studio listens on 1234 unless it is told otherwise. Another server is not \
             set up this way; write its models into the config by hand."
                .to_owned()
        }
        Failure::Malformed(_) => match &outcome.base_url {
            Some(_) => "ask by hand, and see who answers: `curl ADDRESS/api/v1/models`. A proxy or a login page \
                        in between is a usual cause."
                .to_owned(),
            None => "save the answer again: `curl http://localhost:1234/api/v1/models > FILE`.".to_owned(),
        },
        Failure::NoModels { skipped } if skipped.is_empty() => {
            "get a model in LM Studio, or with `lms get`; if just-in-time loading is off, load it: `lms load`."
                .to_owned()
        }
        Failure::NoModels { .. } => {
            "get a model for chats in LM Studio, or with `lms get`; what is there is for something else."
                .to_owned()
        }
    }
}

fn about_no_answer(outcome: &Outcome, error: &Error) -> String {
    match error {
        Error::Blocked(verdict)
            if verdict.hop > 1
                && !matches!(verdict.reason, Reason::RedirectLoop | Reason::TooManyRedirects) =>
        {
            "mend the redirect of the server; or, if what it leads to is the server that you mean, put that \
             address into `baseUrl`."
                .to_owned()
        }
        Error::Blocked(verdict) => {
            let mut text = render::advice(verdict);
            if let Some(id) = &outcome.provider {
                text.push_str(&format!(" `clawconf trust check --provider {id}` shows every step."));
            }
            text
        }
        Error::Dns { .. } => {
            "check the spelling, and which name server knows the name; the address itself works as well."
                .to_owned()
        }
        Error::Refused(_) if outcome.is_local => {
            "start the server, in LM Studio under Developer or with `lms server start`, and compare the port."
                .to_owned()
        }
        Error::Refused(_) => {
            "start the server there, compare the port, and let it listen on the network: by itself LM Studio \
             listens on 127.0.0.1 only (`lms server start --bind 0.0.0.0`)."
                .to_owned()
        }
        Error::Unreachable { .. } | Error::Timeout { phase: Phase::Connect, .. } => {
            "is the machine on, and in the same network? A firewall may drop the connection.".to_owned()
        }
        Error::Timeout { phase: Phase::Lookup, .. } => {
            "the name server does not answer; the address itself works as well.".to_owned()
        }
        Error::Timeout { .. } => {
            "the server is there and says nothing: is it busy with a prompt? `--timeout 30s` waits longer."
                .to_owned()
        }
        Error::Proxy { .. } => {
            "look at the proxy: its address, its user and password, and whether it may lead there. Whether one is \
             used says `request.proxy` of this provider."
                .to_owned()
        }
        Error::Tls { .. } => {
            "LM Studio itself speaks `http://`. A certificate of your own goes into `request.tls.ca`, another name \
             into `request.tls.serverName`."
                .to_owned()
        }
        Error::TooLarge { .. } | Error::HeaderTooLarge(_) => {
            "this is no list of models; check host and port.".to_owned()
        }
        Error::NotHttp(_) | Error::Encoding { .. } => {
            "check host and port: something else listens there.".to_owned()
        }
        Error::Cut(_) => "ask again; if it stays so, look at `lms log stream` there.".to_owned(),
        Error::WrongPeer(_) => "ask again; if it stays so, find out who redirects connections.".to_owned(),
        _ => "mend this provider in the config; `clawconf lint` may say more.".to_owned(),
    }
}
