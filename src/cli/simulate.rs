//! `clawconf simulate`: a server on loopback that behaves like LM Studio.

use std::io::Write;

use super::args::{Args, Simulate};
use super::error::Error;
use super::exit::Exit;

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Simulate, _: &Args, _: &mut impl Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so it cannot simulate a server";
    Err(Error::Usage(message.to_owned()))
}

/// Tells what is simulated, then answers until the process is ended.
#[cfg(feature = "net")]
pub(super) fn run(command: &Simulate, args: &Args, out: &mut impl Write) -> Result<Exit, Error> {
    use super::args::Form;
    use super::error::in_words;
    use crate::simulator::Simulator;

    let settings = live::settings(command)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Error::Usage(format!("no server can run here: {}", in_words(&error))))?;
    runtime.block_on(async {
        let simulator = Simulator::bind(settings.clone())
            .await
            .map_err(|error| live::not_bound(command.port, &error))?;
        match args.form() {
            Form::Json => live::line(&settings, &simulator.base_url(), out)?,
            Form::Human => live::introduction(&settings, &simulator.base_url(), args.quiet, out)?,
        }
        out.flush()?;
        simulator.serve().await;
        Ok(Exit::Well)
    })
}

#[cfg(feature = "net")]
mod live {
    use std::io::{self, Write};

    use serde::Serialize;

    use super::{Error, Simulate};
    use crate::cli::error::in_words;
    use crate::cli::printable;
    use crate::simulator::{Kind, Model, Release, Settings};

    /// The settings that the command line asks for.
    pub(super) fn settings(command: &Simulate) -> Result<Settings, Error> {
        let usage = |error: &dyn std::error::Error| Error::Usage(error.to_string());
        let faults: Result<Vec<_>, _> = command.fault.iter().map(|name| name.parse()).collect();
        let usual = Settings::default();
        if command
            .auth
            .as_deref()
            .is_some_and(|key| key.trim().is_empty())
        {
            return Err(Error::Usage("the key of --auth is empty".to_owned()));
        }
        Ok(Settings {
            port: command.port,
            key: command.auth.as_ref().map(|key| key.trim().to_owned()),
            jit: !command.no_jit,
            release: command.release.parse().map_err(|error| usage(&error))?,
            faults: faults.map_err(|error| usage(&error))?,
            redirect_port: command.redirect_port,
            redirect_url: command.redirect_url.clone().unwrap_or(usual.redirect_url),
            models: usual.models,
        })
    }

    pub(super) fn not_bound(port: u16, error: &io::Error) -> Error {
        let reason = match error.kind() {
            io::ErrorKind::AddrInUse => "something else listens there".to_owned(),
            _ => in_words(error),
        };
        Error::Usage(format!(
            "port {port} cannot be used: {reason}; `--port 0` takes any that is free"
        ))
    }

    #[derive(Serialize)]
    struct Line<'a> {
        version: u32,
        base_url: &'a str,
        auth: bool,
        jit: bool,
        release: &'static str,
        faults: Vec<&'static str>,
    }

    /// One line for scripts.
    pub(super) fn line(settings: &Settings, url: &str, out: &mut impl Write) -> io::Result<()> {
        let line = Line {
            version: 1,
            base_url: url,
            auth: settings.key.is_some(),
            jit: settings.jit,
            release: settings.release.name(),
            faults: settings.faults.iter().map(|fault| fault.name()).collect(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)
    }

    /// The base URL on the first line, then what is behind it and what to try.
    pub(super) fn introduction(
        settings: &Settings,
        url: &str,
        quiet: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        writeln!(out, "{url}")?;
        if quiet {
            return Ok(());
        }
        let auth = if settings.key.is_some() {
            "wanted"
        } else {
            "none"
        };
        let jit = if settings.jit { "on" } else { "off" };
        writeln!(
            out,
            "\n  release  {}: {}",
            settings.release,
            settings.release.summary()
        )?;
        writeln!(out, "  key      {auth}")?;
        writeln!(out, "  jit      {jit}")?;
        for fault in &settings.faults {
            writeln!(out, "  fault    {fault}: {}", fault.summary())?;
        }
        for model in &settings.models {
            writeln!(
                out,
                "  model    {}: {}",
                printable(&model.key),
                about(model)
            )?;
        }
        let (header, flag) = match settings.key {
            Some(_) => (" -H 'Authorization: Bearer KEY'", " --lmstudio-api-key KEY"),
            None => ("", ""),
        };
        let model = settings
            .models
            .iter()
            .find(|model| !model.loaded.is_empty());
        let model = model.map_or("acme/owl-9b", |model| model.key.as_str());
        let body = format!(
            r#"{{"model":"{model}","stream":true,"messages":[{{"role":"user","content":"hi"}}]}}"#
        );
        writeln!(
            out,
            "\nTry:\n\
             \x20 curl{header} {url}/api/v1/models\n\
             \x20 curl{header} {url}/v1/chat/completions -d '{body}'"
        )?;
        // Its set-up asks for the newest list only.
        if settings.release >= Release::V0_4_6 {
            writeln!(
                out,
                "  openclaw onboard --non-interactive --accept-risk --auth-choice lmstudio --custom-base-url {url}{flag}"
            )?;
        }
        writeln!(out, "\nCtrl-C ends it.")
    }

    /// What is special about a model, in a few words.
    fn about(model: &Model) -> String {
        let mut words = Vec::new();
        if model.kind == Kind::Embedding {
            words.push("embedding".to_owned());
        }
        if let Some(context) = model.loaded.first() {
            words.push(format!("loaded with {context} tokens"));
        }
        if model.vision {
            words.push("vision".to_owned());
        }
        if model.trained_for_tool_use {
            words.push("tools".to_owned());
        }
        if let Some(reasoning) = &model.reasoning {
            words.push(format!("reasoning {}", reasoning.allowed_options.join("/")));
        }
        if model.variants.len() > 1 {
            words.push(format!("{} variants", model.variants.len()));
        }
        if words.is_empty() {
            words.push("plain".to_owned());
        }
        words.join(", ")
    }
}
