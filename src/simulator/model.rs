//! A model on the simulated disk.

/// A model, as much of it as a list tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What it is for.
    pub kind: Kind,
    /// Who made it.
    pub publisher: String,
    /// The id to load it and to chat by.
    pub key: String,
    /// What people call it.
    pub display_name: String,
    /// Its architecture; told of an llm even when unknown, never of an embedding model.
    pub architecture: Option<String>,
    /// How its weights are stored.
    pub quantization: Option<Quantization>,
    /// Its size on disk.
    pub size_bytes: u64,
    /// Its number of weights in words, such as `9B`.
    pub params_string: Option<String>,
    /// The context lengths of the instances that are loaded from the start.
    pub loaded: Vec<u64>,
    /// The longest context, in tokens.
    pub max_context_length: u64,
    /// The form of its files.
    pub format: Option<Format>,
    /// Whether it sees.
    pub vision: bool,
    /// Whether it was trained to call tools.
    pub trained_for_tool_use: bool,
    /// Its reasoning settings, if it has any.
    pub reasoning: Option<Reasoning>,
    /// What its maker says of it.
    pub description: Option<String>,
    /// Names of its quantizations, `KEY@NAME`, the selected one first; none for a model of one.
    pub variants: Vec<String>,
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It answers.
    Llm,
    /// It turns text into vectors.
    Embedding,
}

/// How weights are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantization {
    /// What it is called, `Q4_K_M` for example.
    pub name: Option<String>,
    /// Bits a weight.
    pub bits_per_weight: Option<u32>,
}

/// The form of a model's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Of llama.cpp.
    Gguf,
    /// Of Apple's MLX.
    Mlx,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Gguf => "gguf",
            Format::Mlx => "mlx",
        }
    }
}

/// The reasoning settings of a model; the words are free, so that odd ones can be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasoning {
    /// What may be chosen.
    pub allowed_options: Vec<String>,
    /// What is chosen by itself.
    pub default: String,
}

impl Reasoning {
    /// Settings of these words.
    #[must_use]
    pub fn of(allowed_options: &[&str], default: &str) -> Self {
        Reasoning {
            allowed_options: allowed_options
                .iter()
                .map(|&word| word.to_owned())
                .collect(),
            default: default.to_owned(),
        }
    }

    /// Whether it knows nothing but `on` and `off`.
    pub(super) fn is_binary(&self) -> bool {
        self.allowed_options
            .iter()
            .all(|word| word == "on" || word == "off")
    }
}

impl Model {
    /// A plain llm of this key, unloaded, without vision, tools or reasoning.
    #[must_use]
    pub fn llm(key: &str) -> Self {
        let publisher = key
            .split_once('/')
            .map_or("acme", |(publisher, _)| publisher);
        let name = key.rsplit('/').next().unwrap_or(key);
        Model {
            kind: Kind::Llm,
            publisher: publisher.to_owned(),
            key: key.to_owned(),
            display_name: name.to_owned(),
            architecture: None,
            quantization: Some(Quantization {
                name: Some("Q4_K_M".to_owned()),
                bits_per_weight: Some(4),
            }),
            size_bytes: 5_600_000_000,
            params_string: None,
            loaded: Vec::new(),
            max_context_length: 32_768,
            format: Some(Format::Gguf),
            vision: false,
            trained_for_tool_use: false,
            reasoning: None,
            description: None,
            variants: Vec::new(),
        }
    }

    /// A plain embedding model of this key, unloaded.
    #[must_use]
    pub fn embedding(key: &str) -> Self {
        Model {
            kind: Kind::Embedding,
            size_bytes: 274_000_000,
            max_context_length: 2048,
            quantization: Some(Quantization {
                name: Some("F16".to_owned()),
                bits_per_weight: Some(16),
            }),
            ..Model::llm(key)
        }
    }
}
