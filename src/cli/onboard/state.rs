//! What is there before set-up: the config and the profile store.

use std::path::{Path, PathBuf};

use super::Stop;
use crate::cli::error::Error;
use crate::cli::loading::{self, Whole};
use crate::cli::{files, profiles, targets};
use crate::config::{Provider, Text, Variables};
use crate::json5::Node;
use crate::lmstudio::own_provider;
use crate::onboarding::{default_model, meant};

/// A config that does not exist yet; what is added follows its style.
const NEW: &str = "{\n  \"models\": {\n    \"mode\": \"merge\"\n  }\n}\n";

/// The config and the profile store.
pub(super) struct State {
    /// The config; one that is not there is empty.
    pub whole: Whole,
    /// Whether there is a file.
    pub exists: bool,
    /// The folder that both stand in.
    pub folder: PathBuf,
    /// Where the profile store stands.
    pub store: PathBuf,
    /// What it holds, if it is there.
    pub stored: Option<String>,
}

impl State {
    /// Reads what is there.
    pub(super) fn read(named: Option<&PathBuf>, variables: &Variables) -> Result<State, Stop> {
        let path = targets::intended_config(named);
        let path = path.ok_or_else(|| {
            Error::Usage("there is no home folder; name a config with --config FILE".to_owned())
        })?;
        let exists = path.symlink_metadata().is_ok();
        let whole = if exists {
            loading::whole_config(&path, variables.clone())?
        } else {
            let text = Text::decode(NEW.as_bytes().to_vec());
            loading::whole_text(&path, text, variables.clone())?
        };
        let folder = profiles::folder_of(&whole.absolute).unwrap_or_default();
        let store = folder.join(profiles::FILE);
        let stored = match store.symlink_metadata() {
            Ok(_) => Some(text_of(&store)?),
            Err(_) => None,
        };
        Ok(State {
            whole,
            exists,
            folder,
            store,
            stored,
        })
    }

    /// The provider of LM Studio, if the config has it.
    pub(super) fn provider(&self) -> Option<Provider<'_>> {
        own_provider(&self.whole.config)
    }

    /// The id of the default model, if that is one of LM Studio's.
    pub(super) fn default_model(&self) -> Option<String> {
        let config = &self.whole.config;
        let reference = meant(&default_model(config)?, config);
        let (provider, id) = reference.split_once('/')?;
        let own = self.provider()?;
        (provider == own.id.trim()).then(|| id.to_owned())
    }

    /// Whether the config lets requests in by a header of its own.
    pub(super) fn has_authorization_header(&self) -> bool {
        let provider = self.provider();
        let headers = provider.and_then(|provider| provider.node.get("headers"));
        headers.into_iter().flat_map(Node::entries).any(|entry| {
            let name = entry.key.text().unwrap_or_default();
            name.trim().eq_ignore_ascii_case("authorization")
        })
    }
}

/// The text of the profile store, all of it.
fn text_of(store: &Path) -> Result<String, Error> {
    let text = files::read_config(store)?;
    if text.bad_bytes.is_empty() {
        return Ok(text.text);
    }
    let reason = "the file holds bytes that are not UTF-8; nothing was written";
    Err(Error::file(store, reason))
}
