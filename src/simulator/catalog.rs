//! The models that are simulated when none are given: one of each kind that matters to clients.

use super::model::{Format, Model, Quantization, Reasoning};

/// One loaded model that sees, calls tools and reasons or not; one with levels, one with levels and
/// off, one that does not reason, one of several quantizations, and one for embeddings.
pub(super) fn models() -> Vec<Model> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        Model {
            display_name: "Qwen3.5 9B".to_owned(),
            architecture: text("qwen3_5"),
            params_string: text("9B"),
            size_bytes: 6_548_000_000,
            loaded: vec![32_768],
            max_context_length: 262_144,
            vision: true,
            trained_for_tool_use: true,
            reasoning: Some(Reasoning::of(&["off", "on"], "on")),
            variants: vec!["qwen/qwen3.5-9b@q4_k_m".to_owned()],
            ..Model::llm("qwen/qwen3.5-9b")
        },
        Model {
            display_name: "Heron 20B".to_owned(),
            architecture: text("heron"),
            quantization: Some(Quantization {
                name: text("MXFP4"),
                bits_per_weight: Some(4),
            }),
            params_string: text("20B"),
            size_bytes: 12_109_000_000,
            max_context_length: 131_072,
            trained_for_tool_use: true,
            reasoning: Some(Reasoning::of(&["low", "medium", "high"], "low")),
            description: text("A wading bird that thinks before it strikes."),
            ..Model::llm("acme/heron-20b")
        },
        Model {
            display_name: "Osprey 32B".to_owned(),
            architecture: text("osprey"),
            params_string: text("32B"),
            size_bytes: 19_851_000_000,
            max_context_length: 65_536,
            trained_for_tool_use: true,
            reasoning: Some(Reasoning::of(&["off", "low", "medium", "high"], "medium")),
            ..Model::llm("acme/osprey-32b")
        },
        Model {
            display_name: "Wren 3B".to_owned(),
            quantization: Some(Quantization {
                name: None,
                bits_per_weight: None,
            }),
            size_bytes: 1_930_000_000,
            max_context_length: 8192,
            format: Some(Format::Mlx),
            ..Model::llm("acme/wren-3b")
        },
        Model {
            display_name: "Owl 9B".to_owned(),
            architecture: text("owl"),
            params_string: text("9B"),
            max_context_length: 131_072,
            trained_for_tool_use: true,
            variants: vec![
                "acme/owl-9b@q4_k_m".to_owned(),
                "acme/owl-9b@q8_0".to_owned(),
            ],
            ..Model::llm("acme/owl-9b")
        },
        Model {
            display_name: "Owl Embed".to_owned(),
            ..Model::embedding("text-embedding-owl")
        },
    ]
}
