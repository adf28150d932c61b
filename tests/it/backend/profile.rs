//! What sets a backend apart on the wire: a field for each column of the backends facts.

/// A JSON value in a table; what stands for the served model is filled in when it is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell {
    Null,
    Text(&'static str),
    Number(u64),
    /// A time or a rate.
    Rate(f64),
    Empty,
    /// The id of the model.
    Model,
    /// Its context length, in tokens.
    Context,
    /// How many tokens of reasoning there were.
    Reasoning,
    Object(&'static [Field]),
}

pub(crate) type Field = (&'static str, Cell);

/// How an error is written (section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{error: {message, type, code: <number>}}`
    Numbered,
    /// `{error: {message, type, param, code: <number>}}`
    NumberedParam,
    /// `{error: {message, type, param, code: <string>}}`
    WordedParam,
    /// `{error: {message, type, param: null, code: null}}`
    Nulls,
    /// `{error: {message, type, code: <string>}}`
    Worded,
    /// `{error: "text"}`
    Text,
    /// `{object: "error", message, type, param, code}`
    Bare,
    /// `{error: {object: "error", message, type, param, code}}`
    BareWithin,
    /// `{error: {message, trace}}`
    Traced,
    /// `{detail: "text"}`
    Detail,
    /// `{detail: [{type, loc, msg}]}`
    Details,
    /// The text alone.
    Plain,
}

/// An error before a stream; `{model}` in its text is the model that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    pub status: u16,
    pub shape: Shape,
    pub kind: &'static str,
    pub text: &'static str,
}

/// What comes without the key, or with another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unauthorized {
    /// The headers that may bring the key.
    pub headers: &'static [&'static str],
    pub shape: Shape,
    pub kind: &'static str,
    pub missing: &'static str,
    pub wrong: &'static str,
    /// `WWW-Authenticate`
    pub challenge: Option<&'static str>,
    /// Also under `/v1` where there is nothing.
    pub guards_unknown: bool,
}

/// `GET /models/<id>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OneModel {
    NoRoute,
    /// The entry of a model that is served.
    Known,
    /// An entry for whatever is asked for.
    Anything,
}

/// The name of a model that is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unknown {
    Refused(Refusal),
    /// Its own model answers, and its name stands in `model`.
    ServedAsItself,
    /// Its own model answers, and the wrong name stands in `model`.
    ServedAsAsked,
}

/// Where `role` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// In a first chunk with `content: null`.
    Nulled,
    /// In a first chunk with `content: ""`.
    Empty,
    /// In a first chunk with `content: ""` and `refusal: null`.
    EmptyRefusal,
    /// In a first chunk without anything else.
    Alone,
    Nowhere,
    /// In every delta.
    Everywhere,
}

/// Where reasoning stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thought {
    Key(&'static str),
    /// In the content, with its tags.
    Tags,
}

/// How a tool call comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Id, type, name and a first piece, then pieces of the arguments.
    Pieces,
    /// Two entries of one index in the first delta, `content: null` beside them.
    TwoEntries,
    /// Pieces whose later ones have nulls, and `usage: null` on their chunks.
    PiecesWithNulls,
    /// Whole, in a delta of its own.
    Whole,
    /// Whole, with the role beside it.
    WholeWithRole,
    /// Whole, in the last delta with content.
    LastContent,
    /// Whole, in the chunk with the finish reason.
    FinishChunk,
    /// Not at all: the text of the call stays in the content.
    AsText,
}

/// Where `usage` stands in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsageAt {
    /// On a chunk of its own with `choices: []`, if asked.
    OwnChunk,
    /// On the chunk with the finish reason, if asked.
    FinishChunk,
    /// There, asked or not.
    FinishChunkAlways,
    /// On every chunk, asked or not.
    EveryChunk,
    Nowhere,
}

/// llama.cpp's `timings`, on the last chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timings {
    None,
    Full,
    /// Without `cache_n`.
    WithoutCache,
}

/// What a value of `reasoning_effort` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// No reasoning.
    Off,
    /// More or less reasoning.
    Level,
    /// What another level does.
    As(&'static str),
    /// Nothing that matters.
    Same,
    Refused(u16),
}

/// Section 4, a row of the table in each field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Efforts {
    pub none: Effect,
    pub minimal: Effect,
    /// `low`, `medium`, `high`
    pub levels: Effect,
    pub xhigh: Effect,
    pub max: Effect,
    /// `on`, `off`, `auto`, `HIGH`
    pub words: Effect,
    pub empty: Effect,
    pub null: Effect,
    pub number: Effect,
    pub boolean: Effect,
}

/// A prompt beyond the context.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TooLong {
    Refused(Refusal),
    /// Cut off without a word.
    Truncated,
    Served,
    /// 200 and an empty stream.
    EmptyStream,
}

/// What an error within a stream looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MidStream {
    /// A `data:` line.
    Data(Shape),
    /// A line `error: {…}`.
    ErrorLine,
    /// Nothing but the role chunk.
    OnlyRole,
    /// Nothing at all.
    Nothing,
    /// An empty delta, then the end.
    EmptyDelta,
    /// The end, in the middle of the answer.
    JustEnds,
}

/// What comes of a request while the server starts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Starting {
    /// Nobody listens.
    Refused,
    Answers(Refusal),
    /// With `Retry-After`.
    Later(Refusal),
}

/// What an open route answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Open {
    Empty,
    Json(&'static str),
    Plain(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    // Section 1.
    pub server: Option<&'static str>,
    pub fingerprint: Option<&'static str>,
    /// What an entry of the list has beside `id` and `object`.
    pub listing: &'static [Field],
    /// Whether the list stands there a second time, as `models`.
    pub lists_twice: bool,
    /// Whether the folder is listed when no key is wanted.
    pub lists_folder: bool,
    /// Whether a list without models is an empty body.
    pub empty_list_is_empty_body: bool,
    pub one_model: OneModel,
    /// Whether the routes exist without `/v1` as well.
    pub without_v1: bool,
    pub unauthorized: Option<Unauthorized>,
    /// The hosts that may stand in `Host`, if they are checked.
    pub hosts: Option<&'static [&'static str]>,
    /// Health and its like: paths that want no key.
    pub open: &'static [(&'static str, Open)],
    // Section 2.
    pub role: Role,
    pub thought: Thought,
    /// What stands beside a piece of reasoning, and of content.
    pub beside_thought: &'static [Field],
    pub beside_content: &'static [Field],
    /// What content begins with when there was reasoning.
    pub content_lead: &'static str,
    /// Words that share a delta.
    pub words: usize,
    /// Whether the last reasoning and the first content share a delta.
    pub shares_delta: bool,
    pub calls: Calls,
    /// A field beside `finish_reason`, null.
    pub finish_extra: Option<&'static str>,
    pub line_end: &'static str,
    /// A comment before the data.
    pub comment: Option<&'static str>,
    /// HTTP/1.0, the body ends when the socket closes.
    pub until_close: bool,
    // Section 3.
    pub usage: UsageAt,
    pub usage_nulls: bool,
    /// Whether `continuous_usage_stats` is honoured.
    pub continuous: bool,
    /// Whether `prompt_tokens_details.cached_tokens` is told.
    pub cached: bool,
    pub usage_extra: &'static [Field],
    /// What usage has beside that when the request has an `Extra-Usage` header.
    pub usage_on_header: &'static [Field],
    pub timings: Timings,
    /// Whether a whole answer tells usage only if asked.
    pub whole_usage_if_asked: bool,
    /// Tokens of the template around the messages, as this server counts.
    pub template: u64,
    // Section 4.
    pub efforts: Efforts,
    /// Whether any effort but `none` is refused for a model that does not think.
    pub effort_needs_thinking: bool,
    /// Whether `chat_template_kwargs.enable_thinking` wins.
    pub template_switch: bool,
    /// Keys of reasoning in earlier messages that reach the prompt.
    pub echoes: &'static [&'static str],
    // Section 5.
    pub errors: Shape,
    pub error_kind: &'static str,
    pub unknown_path: Refusal,
    pub unknown_model: Unknown,
    pub malformed: Refusal,
    /// How a value that is not valid is refused.
    pub invalid: Shape,
    pub too_long: TooLong,
    /// Whether `max_tokens` beyond the context is refused.
    pub output_bounded: bool,
    /// Whether `stream_options` without `stream` is refused.
    pub options_want_stream: bool,
    pub mid_stream: MidStream,
    pub done_after_error: bool,
    // Section 6.
    pub starting: Starting,
}
