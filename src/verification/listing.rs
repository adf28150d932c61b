//! The list of models of an OpenAI-compatible server, whichever it is: ids, and context lengths where the
//! server tells them (section 1 of the backends facts).

use serde_json::Value;

use crate::json5::read_json;

/// Most entries that are read.
const MOST: usize = 100_000;

/// What a server lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The models.
    pub entries: Vec<Entry>,
    /// What the first entry with an owner calls it: servers put their own name there.
    pub owner: Option<String>,
    /// When the first entry says that it was made; some servers are told by it.
    pub created: Option<u64>,
}

/// A listed model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Other names that it answers to.
    pub aliases: Vec<String>,
    /// Its context, in tokens, if the server tells it.
    pub context: Option<u64>,
}

impl Listing {
    /// Reads an answer; none when it is no list of models.
    ///
    /// ```
    /// use clawconf::verification::Listing;
    ///
    /// let answer = br#"{"data":[{"id":"owl","owned_by":"vllm","max_model_len":4096}]}"#;
    /// let listing = Listing::read(answer).expect("it is one");
    /// assert_eq!(listing.entries[0].context, Some(4096));
    /// ```
    #[must_use]
    pub fn read(answer: &[u8]) -> Option<Listing> {
        let answer = read_json(answer).ok()?;
        let data = answer.get("data")?.as_array()?;
        let owner = data
            .iter()
            .find_map(|entry| entry.get("owned_by")?.as_str());
        Some(Listing {
            owner: owner.map(str::to_owned),
            created: data.iter().find_map(|entry| entry.get("created")?.as_u64()),
            entries: data.iter().take(MOST).filter_map(entry).collect(),
        })
    }

    /// The entry of a model, by its id or an alias. Ollama takes an id without a tag for the latest.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Entry> {
        let by_id = self.entries.iter().find(|entry| entry.id == id);
        let has_tags = self.owner.as_deref() == Some("library");
        by_id.or_else(|| {
            let is_latest = |entry: &Entry| entry.id.strip_suffix(":latest") == Some(id);
            let is_alias = |entry: &Entry| entry.aliases.iter().any(|alias| alias == id);
            let mut entries = self.entries.iter();
            entries.find(|entry| is_alias(entry) || (has_tags && is_latest(entry)))
        })
    }
}

fn entry(entry: &Value) -> Option<Entry> {
    let aliases = entry.get("aliases").and_then(Value::as_array);
    let aliases = aliases.into_iter().flatten().filter_map(Value::as_str);
    let places = [
        "/max_model_len",
        "/meta/n_ctx",
        "/parameters/max_seq_len",
        "/loaded_context_length",
        "/max_context_length",
    ];
    let context = places
        .iter()
        .find_map(|place| entry.pointer(place)?.as_u64());
    Some(Entry {
        id: entry.get("id")?.as_str()?.to_owned(),
        aliases: aliases.map(str::to_owned).collect(),
        context: context.filter(|context| *context > 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_the_known_servers() {
        for (answer, wanted) in [
            (
                r#"{"object":"list","data":[{"id":"m","owned_by":"llamacpp","meta":{"n_ctx":4096,"n_ctx_train":8192}}],"models":[]}"#,
                "m 4096 llamacpp",
            ),
            (
                r#"{"data":[{"id":"m","owned_by":"sglang","max_model_len":512}]}"#,
                "m 512 sglang",
            ),
            (
                r#"{"data":[{"id":"m","owned_by":"tabbyAPI","parameters":{"max_seq_len":2048}}]}"#,
                "m 2048 tabbyAPI",
            ),
            (r#"{"data":[{"id":"m"}]}"#, "m ? ?"),
            (
                r#"{"data":[{"id":"m","max_model_len":0}, 7, {}, {"id":3}]}"#,
                "m ? ?",
            ),
            (r#"{"data":[]}"#, ""),
        ] {
            let listing = Listing::read(answer.as_bytes()).unwrap();
            let context = |entry: &Entry| entry.context.map_or("?".to_owned(), |c| c.to_string());
            let owner = listing.owner.as_deref().unwrap_or("?");
            let shown = listing
                .entries
                .iter()
                .map(|entry| format!("{} {} {owner}", entry.id, context(entry)));
            assert_eq!(shown.collect::<Vec<_>>().join(", "), wanted, "{answer}");
        }
        for answer in [
            "",
            "[]",
            "{}",
            r#"{"data":{}}"#,
            r#"{"models":[]}"#,
            "<html>",
        ] {
            assert_eq!(Listing::read(answer.as_bytes()), None, "{answer}");
        }
        let aliases = br#"{"data":[{"id":"a","aliases":["b"]},{"id":"b"}]}"#;
        let listing = Listing::read(aliases).unwrap();
        assert_eq!(listing.find("b").unwrap().id, "b");
        assert_eq!(listing.find("a").unwrap().id, "a");
        assert_eq!(listing.find("A"), None);
        for (owner, wanted) in [("library", true), ("vllm", false)] {
            let list = format!(r#"{{"data":[{{"id":"qwen3:latest","owned_by":"{owner}"}}]}}"#);
            let listing = Listing::read(list.as_bytes()).unwrap();
            assert_eq!(listing.find("qwen3").is_some(), wanted, "{owner}");
        }
    }
}
