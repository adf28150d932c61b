//! The sample config and a simulated LM Studio that has its models.

use std::path::Path;

use crate::cli::error::{Error, in_words};
use crate::cli::loading::{self, Whole};
use crate::config::{Text, Variables};
use crate::simulator::{self, Fault, Model, Reasoning, Running, Settings};

/// The sample config.
const SAMPLE: &str = include_str!("../../../examples/openclaw.json5");

/// What people call it.
const NAME: &str = "examples/openclaw.json5";

/// Where its LM Studio listens.
const SAMPLE_ADDRESS: &str = "http://localhost:1234";

/// The one provider of it that is simulated.
pub(super) const PROVIDER: &str = "lmstudio";

/// The variable that holds its key, and the key that the simulated server wants.
const KEY: (&str, &str) = ("LM_API_TOKEN", "lm-embedded-sample-key");

/// Starts the server; it runs until this is dropped.
pub(super) fn start(faults: &[String]) -> Result<Running, Error> {
    let faults: Result<Vec<Fault>, _> = faults.iter().map(|name| name.parse()).collect();
    let settings = Settings {
        key: Some(KEY.1.to_owned()),
        faults: faults.map_err(|error: simulator::NoFault| Error::Usage(error.to_string()))?,
        models: models(),
        ..Settings::default()
    };
    simulator::start(settings)
        .map_err(|error| Error::Usage(format!("no server can run here: {}", in_words(&error))))
}

/// The models of the sample.
fn models() -> Vec<Model> {
    let model = |id: &str| Model {
        max_context_length: 262_144,
        trained_for_tool_use: true,
        ..Model::llm(id)
    };
    vec![
        Model {
            loaded: vec![65_536],
            vision: true,
            reasoning: Some(Reasoning::of(&["off", "on"], "on")),
            ..model("qwen/qwen3.5-9b")
        },
        model("qwen/qwen3-coder-next"),
        Model::embedding("text-embedding-nomic-embed-text-v1.5"),
    ]
}

/// The sample, with the address of the simulated server in the place of its own.
pub(super) fn sample(server: &Running, mut variables: Variables) -> Result<Whole, Error> {
    let text = SAMPLE.replace(SAMPLE_ADDRESS, &server.base_url());
    variables.set(KEY.0, KEY.1);
    let text = Text::decode(text.into_bytes());
    loading::whole_text(Path::new(NAME), text, variables)
}
