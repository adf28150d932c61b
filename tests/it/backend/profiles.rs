//! The profiles, to be held against the backends facts field by field. What a profile does not say is
//! what most of them do: [`PLAIN`].

use super::profile::{
    Calls, Cell, Effect, Efforts, MidStream, OneModel, Open, Profile, Refusal, Role, Shape,
    Starting, Thought, Timings, TooLong, Unauthorized, Unknown, UsageAt,
};

const CREATED: Cell = Cell::Number(1_790_000_000);

const fn refusal(status: u16, shape: Shape, kind: &'static str, text: &'static str) -> Refusal {
    Refusal {
        status,
        shape,
        kind,
        text,
    }
}

/// What a server of FastAPI says of a path that it does not have.
const FAST_API_404: Refusal = refusal(404, Shape::Detail, "", "Not Found");

/// Every effort is taken, and none does anything.
const NO_EFFORTS: Efforts = Efforts {
    none: Effect::Same,
    minimal: Effect::Same,
    levels: Effect::Same,
    xhigh: Effect::Same,
    max: Effect::Same,
    words: Effect::Same,
    empty: Effect::Same,
    null: Effect::Same,
    number: Effect::Same,
    boolean: Effect::Same,
};

const PLAIN: Profile = Profile {
    server: None,
    fingerprint: None,
    listing: &[],
    lists_twice: false,
    lists_folder: false,
    empty_list_is_empty_body: false,
    one_model: OneModel::NoRoute,
    without_v1: false,
    unauthorized: None,
    hosts: None,
    open: &[],
    role: Role::Empty,
    thought: Thought::Key("reasoning_content"),
    beside_thought: &[],
    beside_content: &[],
    content_lead: "",
    words: 1,
    shares_delta: false,
    calls: Calls::Whole,
    finish_extra: None,
    line_end: "\n",
    comment: None,
    until_close: false,
    usage: UsageAt::OwnChunk,
    usage_nulls: false,
    continuous: false,
    cached: false,
    usage_extra: &[],
    usage_on_header: &[],
    timings: Timings::None,
    whole_usage_if_asked: false,
    template: 20,
    efforts: NO_EFFORTS,
    effort_needs_thinking: false,
    template_switch: false,
    echoes: &[],
    errors: Shape::Numbered,
    error_kind: "invalid_request_error",
    unknown_path: FAST_API_404,
    unknown_model: Unknown::ServedAsItself,
    malformed: refusal(400, Shape::Numbered, "invalid_request_error", "no JSON"),
    invalid: Shape::Numbered,
    too_long: TooLong::Served,
    output_bounded: false,
    options_want_stream: false,
    mid_stream: MidStream::JustEnds,
    done_after_error: false,
    starting: Starting::Refused,
};

pub(crate) const LLAMA_CPP: Profile = Profile {
    server: Some("llama.cpp"),
    fingerprint: Some("b9100-0c1e570"),
    listing: &[
        ("aliases", Cell::Empty),
        ("tags", Cell::Empty),
        ("created", CREATED),
        ("owned_by", Cell::Text("llamacpp")),
        (
            "meta",
            Cell::Object(&[
                ("n_ctx", Cell::Context),
                ("n_ctx_train", Cell::Context),
                ("n_vocab", Cell::Number(256)),
                ("n_params", Cell::Number(65_536)),
                ("size", Cell::Number(262_144)),
                ("ftype", Cell::Text("F32")),
            ]),
        ),
    ],
    lists_twice: true,
    without_v1: true,
    unauthorized: Some(Unauthorized {
        headers: &["authorization", "x-api-key"],
        shape: Shape::Numbered,
        kind: "authentication_error",
        missing: "Invalid API Key",
        wrong: "Invalid API Key",
        challenge: None,
        guards_unknown: false,
    }),
    open: &[
        ("/health", Open::Json(r#"{"status":"ok"}"#)),
        ("/v1/health", Open::Json(r#"{"status":"ok"}"#)),
    ],
    role: Role::Nulled,
    calls: Calls::Pieces,
    comment: Some(":"),
    cached: true,
    timings: Timings::Full,
    efforts: Efforts {
        none: Effect::Off,
        minimal: Effect::Level,
        levels: Effect::Level,
        xhigh: Effect::Level,
        max: Effect::Level,
        ..NO_EFFORTS
    },
    echoes: &["reasoning_content"],
    unknown_path: refusal(404, Shape::Numbered, "not_found_error", "File Not Found"),
    malformed: refusal(500, Shape::Numbered, "server_error", "parse error"),
    too_long: TooLong::Refused(refusal(
        400,
        Shape::Numbered,
        "exceed_context_size_error",
        "the request exceeds the available context size, try increasing it",
    )),
    mid_stream: MidStream::Data(Shape::Numbered),
    starting: Starting::Answers(refusal(
        503,
        Shape::Numbered,
        "unavailable_error",
        "Loading model",
    )),
    ..PLAIN
};

/// llama.cpp of May 2025.
pub(crate) const LLAMA_CPP_2025: Profile = Profile {
    usage: UsageAt::FinishChunkAlways,
    cached: false,
    timings: Timings::WithoutCache,
    comment: None,
    mid_stream: MidStream::ErrorLine,
    done_after_error: true,
    ..LLAMA_CPP
};

pub(crate) const VLLM: Profile = Profile {
    fingerprint: Some("vllm-0.32.0"),
    listing: &[
        ("created", CREATED),
        ("owned_by", Cell::Text("vllm")),
        ("root", Cell::Model),
        ("parent", Cell::Null),
        ("max_model_len", Cell::Context),
        ("permission", Cell::Empty),
    ],
    unauthorized: Some(Unauthorized {
        headers: &["authorization"],
        shape: Shape::Text,
        kind: "",
        missing: "Unauthorized",
        wrong: "Unauthorized",
        challenge: None,
        guards_unknown: true,
    }),
    open: &[
        ("/health", Open::Empty),
        ("/ping", Open::Empty),
        ("/version", Open::Json(r#"{"version":"0.32.0"}"#)),
    ],
    thought: Thought::Key("reasoning"),
    content_lead: "\n\n",
    words: 3,
    calls: Calls::TwoEntries,
    finish_extra: Some("stop_reason"),
    continuous: true,
    efforts: Efforts {
        words: Effect::Refused(400),
        empty: Effect::Refused(400),
        number: Effect::Refused(400),
        boolean: Effect::Refused(400),
        ..LLAMA_CPP.efforts
    },
    template_switch: true,
    echoes: &["reasoning_content", "reasoning"],
    errors: Shape::NumberedParam,
    error_kind: "BadRequestError",
    unknown_model: Unknown::Refused(refusal(
        404,
        Shape::NumberedParam,
        "NotFoundError",
        "The model `{model}` does not exist.",
    )),
    malformed: refusal(400, Shape::NumberedParam, "BadRequestError", "no JSON"),
    invalid: Shape::NumberedParam,
    too_long: TooLong::Refused(refusal(
        400,
        Shape::NumberedParam,
        "BadRequestError",
        "the prompt is longer than the maximum context length",
    )),
    output_bounded: true,
    options_want_stream: true,
    mid_stream: MidStream::Data(Shape::NumberedParam),
    done_after_error: true,
    ..PLAIN
};

pub(crate) const SGLANG: Profile = Profile {
    listing: &[
        ("created", CREATED),
        ("owned_by", Cell::Text("sglang")),
        ("root", Cell::Model),
        ("parent", Cell::Null),
        ("max_model_len", Cell::Context),
    ],
    one_model: OneModel::Known,
    unauthorized: Some(Unauthorized {
        guards_unknown: false,
        ..match VLLM.unauthorized {
            Some(unauthorized) => unauthorized,
            None => panic!(),
        }
    }),
    open: &[("/health", Open::Empty), ("/ping", Open::Empty)],
    beside_content: &[("reasoning_content", Cell::Null)],
    calls: Calls::PiecesWithNulls,
    finish_extra: Some("matched_stop"),
    continuous: true,
    usage_extra: &[
        ("reasoning_tokens", Cell::Reasoning),
        (
            "completion_tokens_details",
            Cell::Object(&[("reasoning_tokens", Cell::Reasoning)]),
        ),
    ],
    efforts: VLLM.efforts,
    template_switch: true,
    echoes: &["reasoning_content"],
    errors: Shape::Bare,
    error_kind: "BadRequest",
    unknown_model: Unknown::ServedAsAsked,
    malformed: refusal(400, Shape::Bare, "BadRequest", "no JSON"),
    invalid: Shape::Bare,
    too_long: TooLong::Refused(refusal(
        400,
        Shape::Bare,
        "BadRequest",
        "the input is longer than the model's context length",
    )),
    output_bounded: true,
    mid_stream: MidStream::Data(Shape::BareWithin),
    done_after_error: true,
    ..PLAIN
};

pub(crate) const LOCAL_AI: Profile = Profile {
    unauthorized: Some(Unauthorized {
        headers: &["authorization", "x-api-key", "xi-api-key"],
        shape: Shape::Numbered,
        kind: "invalid_request_error",
        missing: "An authentication key is required",
        wrong: "An authentication key is required",
        challenge: Some("Bearer"),
        guards_unknown: false,
    }),
    open: &[("/healthz", Open::Empty), ("/readyz", Open::Empty)],
    role: Role::Alone,
    thought: Thought::Key("reasoning"),
    calls: Calls::WholeWithRole,
    usage_on_header: &[
        ("timing_prompt_processing", Cell::Rate(0.1)),
        ("timing_token_generation", Cell::Rate(0.2)),
    ],
    efforts: Efforts {
        none: Effect::Off,
        minimal: Effect::Level,
        levels: Effect::Level,
        ..NO_EFFORTS
    },
    echoes: &["reasoning_content", "reasoning"],
    unknown_path: refusal(404, Shape::Numbered, "not_found", "Not Found"),
    unknown_model: Unknown::Refused(refusal(
        404,
        Shape::Numbered,
        "invalid_request_error",
        "model {model} not found",
    )),
    mid_stream: MidStream::Data(Shape::Worded),
    done_after_error: true,
    starting: Starting::Later(refusal(
        503,
        Shape::Numbered,
        "server_error",
        "the model is being loaded",
    )),
    ..PLAIN
};

pub(crate) const JAN: Profile = Profile {
    server: None,
    listing: &[
        ("created", Cell::Number(1)),
        ("owned_by", Cell::Text("user")),
    ],
    lists_twice: false,
    without_v1: false,
    unauthorized: Some(Unauthorized {
        headers: &["authorization"],
        shape: Shape::Plain,
        kind: "",
        missing: "Missing authorization header",
        wrong: "Invalid or missing authorization token",
        challenge: None,
        guards_unknown: true,
    }),
    hosts: Some(&["127.0.0.1", "localhost"]),
    open: &[],
    unknown_path: refusal(404, Shape::Plain, "", "Not Found"),
    unknown_model: Unknown::Refused(refusal(
        404,
        Shape::Plain,
        "",
        "No running session found for model '{model}'",
    )),
    malformed: refusal(400, Shape::Plain, "", "Invalid JSON body"),
    starting: Starting::Answers(refusal(503, Shape::Plain, "", "No models are available")),
    ..LLAMA_CPP
};

pub(crate) const TABBY_API: Profile = Profile {
    listing: &[
        ("created", CREATED),
        ("owned_by", Cell::Text("tabbyAPI")),
        ("logging", Cell::Null),
        ("parameters", Cell::Null),
    ],
    lists_folder: true,
    unauthorized: Some(Unauthorized {
        headers: &["authorization", "x-api-key", "x-admin-key"],
        shape: Shape::Detail,
        kind: "",
        missing: "Please provide an API key",
        wrong: "Invalid API key",
        challenge: None,
        guards_unknown: false,
    }),
    open: &[("/health", Open::Json(r#"{"status":"healthy","issues":[]}"#))],
    role: Role::Nowhere,
    calls: Calls::LastContent,
    finish_extra: Some("eos_reason"),
    line_end: "\r\n",
    comment: Some(": ping - 2026-11-01 12:00:00+00:00"),
    usage: UsageAt::FinishChunk,
    usage_extra: &[
        ("prompt_time", Cell::Rate(0.1)),
        ("prompt_tokens_per_sec", Cell::Rate(210.0)),
        ("completion_time", Cell::Rate(0.2)),
        ("completion_tokens_per_sec", Cell::Rate(50.0)),
        ("total_time", Cell::Rate(0.3)),
    ],
    whole_usage_if_asked: true,
    efforts: Efforts {
        minimal: Effect::Level,
        levels: Effect::Level,
        xhigh: Effect::Level,
        max: Effect::Level,
        number: Effect::Refused(422),
        boolean: Effect::Refused(422),
        ..NO_EFFORTS
    },
    echoes: &["reasoning_content"],
    malformed: refusal(422, Shape::Details, "json_invalid", "JSON decode error"),
    invalid: Shape::Details,
    too_long: TooLong::Refused(refusal(
        400,
        Shape::WordedParam,
        "invalid_request_error",
        "the prompt is longer than the context window",
    )),
    mid_stream: MidStream::Data(Shape::Traced),
    ..PLAIN
};

pub(crate) const TEXT_GENERATION_WEBUI: Profile = Profile {
    listing: &[
        ("created", Cell::Number(0)),
        ("owned_by", Cell::Text("user")),
    ],
    one_model: OneModel::Anything,
    unauthorized: Some(Unauthorized {
        headers: &["authorization"],
        shape: Shape::Detail,
        kind: "",
        missing: "Unauthorized",
        wrong: "Unauthorized",
        challenge: None,
        guards_unknown: false,
    }),
    role: Role::EmptyRefusal,
    words: 3,
    shares_delta: true,
    calls: Calls::FinishChunk,
    comment: Some(": ping"),
    usage_nulls: true,
    template: 44,
    efforts: Efforts {
        null: Effect::Refused(422),
        ..TABBY_API.efforts
    },
    errors: Shape::Nulls,
    malformed: refusal(422, Shape::Details, "json_invalid", "JSON decode error"),
    invalid: Shape::Details,
    too_long: TooLong::Truncated,
    mid_stream: MidStream::OnlyRole,
    ..PLAIN
};

pub(crate) const OLLAMA: Profile = Profile {
    fingerprint: Some("fp_ollama"),
    listing: &[("created", CREATED), ("owned_by", Cell::Text("library"))],
    open: &[
        ("/", Open::Plain("Ollama is running")),
        ("/api/version", Open::Json(r#"{"version":"0.33.0"}"#)),
    ],
    thought: Thought::Key("reasoning"),
    beside_thought: &[("content", Cell::Text(""))],
    efforts: Efforts {
        none: Effect::Off,
        minimal: Effect::As("low"),
        levels: Effect::Level,
        xhigh: Effect::As("max"),
        max: Effect::Level,
        words: Effect::Refused(400),
        ..NO_EFFORTS
    },
    effort_needs_thinking: true,
    echoes: &["reasoning"],
    errors: Shape::Nulls,
    unknown_path: refusal(404, Shape::Plain, "", "404 page not found"),
    unknown_model: Unknown::Refused(refusal(
        404,
        Shape::Nulls,
        "not_found_error",
        "model '{model}' not found",
    )),
    malformed: refusal(400, Shape::Nulls, "invalid_request_error", "no JSON"),
    invalid: Shape::Nulls,
    mid_stream: MidStream::EmptyDelta,
    ..PLAIN
};

pub(crate) const MLX_LM: Profile = Profile {
    // The facts name no header; Python's own server, which it is built on, sends this one.
    server: Some("BaseHTTP/0.6 Python/3.12.1"),
    listing: &[("created", CREATED)],
    empty_list_is_empty_body: true,
    open: &[("/health", Open::Json(r#"{"status":"ok"}"#))],
    role: Role::Everywhere,
    thought: Thought::Key("reasoning"),
    comment: Some(": keepalive 26/26"),
    until_close: true,
    cached: true,
    echoes: &["reasoning_content", "reasoning"],
    errors: Shape::Text,
    unknown_path: refusal(404, Shape::Plain, "", "Not Found"),
    unknown_model: Unknown::Refused(refusal(
        404,
        Shape::Text,
        "",
        "Repository Not Found for url: https://hub.invalid/api/models/{model}/revision/main.",
    )),
    malformed: refusal(400, Shape::Text, "", "Invalid JSON in request body"),
    invalid: Shape::Text,
    ..PLAIN
};

pub(crate) const LLAMA_CPP_PYTHON: Profile = Profile {
    listing: &[("owned_by", Cell::Text("me")), ("permissions", Cell::Empty)],
    unauthorized: Some(Unauthorized {
        headers: &["authorization"],
        shape: Shape::Detail,
        kind: "",
        missing: "Invalid API key",
        wrong: "Invalid API key",
        challenge: None,
        guards_unknown: false,
    }),
    role: Role::Alone,
    thought: Thought::Tags,
    calls: Calls::AsText,
    usage: UsageAt::Nowhere,
    unknown_model: Unknown::ServedAsAsked,
    malformed: refusal(500, Shape::Plain, "", "Internal Server Error"),
    too_long: TooLong::EmptyStream,
    mid_stream: MidStream::Nothing,
    ..PLAIN
};
