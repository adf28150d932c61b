//! An answer as the messages of a stream, or as one object.

use serde_json::{Map, Value, json};

use super::profile::{Calls, Cell, Field, MidStream, Profile, Role, Thought, Timings, UsageAt};
use super::said::{Call, Said};
use super::{Counts, Setting, problem};

const CREATED: u64 = 1_790_000_000;
const CALL_ID: &str = "call_1";

/// An answer that is about to be told.
pub(super) struct Telling<'t> {
    pub profile: &'t Profile,
    pub setting: &'t Setting,
    pub said: &'t Said,
    /// `stream_options.include_usage`
    pub is_usage_asked: bool,
    /// `stream_options.continuous_usage_stats`
    pub is_usage_continuous: bool,
    /// The header `Extra-Usage`.
    pub is_more_asked: bool,
}

/// A delta, and what its chunk has beside it.
#[derive(Default)]
struct Step {
    delta: Map<String, Value>,
    has_null_usage: bool,
}

impl Step {
    fn of(fields: Value) -> Step {
        let Value::Object(delta) = fields else {
            panic!("a delta is an object")
        };
        Step {
            delta,
            has_null_usage: false,
        }
    }
}

impl Telling<'_> {
    /// The messages of a whole stream.
    pub(super) fn streamed(&self) -> Vec<String> {
        let place = self.usage_place();
        let mut chunks: Vec<Value> = self
            .steps()
            .into_iter()
            .map(|step| self.chunk(step, None))
            .collect();
        chunks.push(self.chunk(self.last_step(), Some(self.said.finish)));
        if self.profile.usage_nulls && self.is_usage_asked {
            for chunk in &mut chunks {
                chunk["usage"] = Value::Null;
            }
        }
        let is_on_all = place == UsageAt::EveryChunk
            || (self.profile.continuous && self.is_usage_continuous && self.is_usage_asked);
        if is_on_all {
            for chunk in &mut chunks {
                chunk["usage"] = self.usage();
            }
        }
        match place {
            UsageAt::OwnChunk if self.is_usage_asked => {
                let mut own = self.frame();
                own["choices"] = json!([]);
                own["usage"] = self.usage();
                chunks.push(own);
            }
            UsageAt::FinishChunk if self.is_usage_asked => self.put_usage(&mut chunks),
            UsageAt::FinishChunkAlways => self.put_usage(&mut chunks),
            _ => {}
        }
        if let Some(timings) = self.timings() {
            chunks.last_mut().unwrap()["timings"] = timings;
        }
        let comment = self.profile.comment.map(|text| self.block(text));
        let data = chunks.iter().map(|chunk| self.data(&chunk.to_string()));
        let done = self.data("[DONE]");
        comment.into_iter().chain(data).chain([done]).collect()
    }

    /// The messages of a stream that breaks off in the middle, the last one cut in two.
    pub(super) fn cut(&self) -> Vec<String> {
        let mut messages = self.streamed();
        messages.truncate(messages.len() / 2);
        if let Some(last) = messages.last_mut() {
            last.truncate(last.find("choices").unwrap_or(0));
        }
        messages
    }

    /// The messages of a stream with an error in its middle.
    pub(super) fn failing(&self) -> Vec<String> {
        const TEXT: &str = "the engine has died";
        const KIND: &str = "internal_server_error";
        let mut messages = self.streamed();
        messages.truncate(messages.len() / 2);
        match self.profile.mid_stream {
            MidStream::Data(shape) => {
                messages.push(self.data(&problem::body(shape, 500, KIND, TEXT)));
            }
            MidStream::ErrorLine => {
                let error = json!({"code": 500, "message": TEXT, "type": "server_error"});
                messages.push(self.block(&format!("error: {error}")));
            }
            MidStream::OnlyRole => {
                let comments = usize::from(self.profile.comment.is_some());
                messages.truncate(1 + comments);
            }
            MidStream::Nothing => return Vec::new(),
            MidStream::EmptyDelta => {
                let empty = self.chunk(Step::of(json!({"content": ""})), None);
                messages.push(self.data(&empty.to_string()));
            }
            MidStream::JustEnds => {}
        }
        if self.profile.done_after_error {
            messages.push(self.data("[DONE]"));
        }
        messages
    }

    /// The answer as one object.
    pub(super) fn whole(&self) -> Value {
        let said = self.said;
        let mut message = Map::new();
        message.insert("role".to_owned(), json!("assistant"));
        let mut content = said.content.concat();
        if !said.reasoning.is_empty() {
            if !content.is_empty() {
                content.insert_str(0, self.profile.content_lead);
            }
            let thought = said.reasoning.concat();
            match self.profile.thought {
                Thought::Key(key) => {
                    message.insert(key.to_owned(), json!(thought));
                }
                Thought::Tags => content.insert_str(0, &tagged(&thought)),
            }
        }
        match &said.call {
            Some(call) if self.profile.calls == Calls::AsText => content.push_str(&as_text(call)),
            Some(call) => {
                message.insert("tool_calls".to_owned(), json!([entry(call)]));
            }
            None => {}
        }
        message.insert("content".to_owned(), json!(content));
        let mut answer = self.frame();
        answer["object"] = json!("chat.completion");
        answer["choices"] = json!([self.choice("message", message, Some(self.finish_reason()))]);
        let has_usage = !self.profile.whole_usage_if_asked || self.is_usage_asked;
        if has_usage && self.setting.counts != Counts::Nothing {
            answer["usage"] = self.usage();
        }
        if let Some(timings) = self.timings() {
            answer["timings"] = timings;
        }
        answer
    }

    /// The deltas without the last one.
    fn steps(&self) -> Vec<Step> {
        let (profile, said) = (self.profile, self.said);
        let role = |rest: Value| {
            let mut step = Step::of(rest);
            step.delta.insert("role".to_owned(), json!("assistant"));
            step
        };
        let mut steps: Vec<Step> = match profile.role {
            Role::Nulled => vec![role(json!({"content": null}))],
            Role::Empty => vec![role(json!({"content": ""}))],
            Role::EmptyRefusal => vec![role(json!({"content": "", "refusal": null}))],
            Role::Alone => vec![role(json!({}))],
            Role::Nowhere | Role::Everywhere => Vec::new(),
        };
        if let Some(first) = steps.first_mut()
            && profile.role != Role::Alone
        {
            // What stands beside content stands here too, as `content` does.
            put(&mut first.delta, profile.beside_content, self);
        }
        steps.extend(self.text_steps());
        if let Some(call) = &said.call {
            steps.extend(call_steps(call, profile.calls));
        }
        if profile.role == Role::Everywhere {
            for step in &mut steps {
                step.delta.insert("role".to_owned(), json!("assistant"));
            }
        }
        steps
    }

    /// Reasoning, then content.
    fn text_steps(&self) -> Vec<Step> {
        let (profile, said) = (self.profile, self.said);
        let pieces = |words: &[String]| -> Vec<String> {
            let shared = words.chunks(profile.words);
            shared.map(|words| words.concat()).collect()
        };
        let mut steps = Vec::new();
        let mut content = pieces(&said.content);
        match profile.thought {
            Thought::Key(key) => {
                for piece in pieces(&said.reasoning) {
                    let mut step = Step::of(json!({ key: piece }));
                    put(&mut step.delta, profile.beside_thought, self);
                    steps.push(step);
                }
            }
            Thought::Tags if !said.reasoning.is_empty() => {
                content.splice(0..0, pieces(&[tagged(&said.reasoning.concat())]));
            }
            Thought::Tags => {}
        }
        if !said.reasoning.is_empty()
            && let Some(first) = content.first_mut()
        {
            first.insert_str(0, profile.content_lead);
        }
        let mut content = content.into_iter();
        if profile.shares_delta
            && let Some(last) = steps.last_mut()
            && let Some(first) = content.next()
        {
            last.delta.insert("content".to_owned(), json!(first));
        }
        for piece in content {
            let mut step = Step::of(json!({"content": piece}));
            put(&mut step.delta, profile.beside_content, self);
            steps.push(step);
        }
        steps
    }

    /// The delta beside the finish reason.
    fn last_step(&self) -> Step {
        let mut step = Step::default();
        if self.profile.role == Role::Everywhere {
            step.delta.insert("role".to_owned(), json!("assistant"));
        }
        if let Some(call) = &self.said.call
            && self.profile.calls == Calls::FinishChunk
        {
            step.delta
                .insert("tool_calls".to_owned(), json!([entry(call)]));
        }
        step
    }

    fn chunk(&self, step: Step, finish: Option<&str>) -> Value {
        let mut chunk = self.frame();
        let finish = finish.map(|_| self.finish_reason());
        chunk["choices"] = json!([self.choice("delta", step.delta, finish)]);
        if step.has_null_usage {
            chunk["usage"] = Value::Null;
        }
        chunk
    }

    fn choice(&self, key: &str, said: Map<String, Value>, finish: Option<&str>) -> Value {
        let mut choice = json!({ "index": 0, key: said, "finish_reason": finish });
        if let Some(extra) = self.profile.finish_extra {
            choice[extra] = Value::Null;
        }
        choice
    }

    /// Whoever leaves a call in the text does not know that it is one.
    fn finish_reason(&self) -> &'static str {
        let is_text = self.profile.calls == Calls::AsText && self.said.call.is_some();
        if is_text { "stop" } else { self.said.finish }
    }

    /// What every chunk begins with.
    fn frame(&self) -> Value {
        let mut frame = json!({
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": self.said.model,
        });
        if let Some(fingerprint) = self.profile.fingerprint {
            frame["system_fingerprint"] = json!(fingerprint);
        }
        frame
    }

    fn usage_place(&self) -> UsageAt {
        match self.setting.counts {
            Counts::Usual | Counts::ZerosAndTimings => self.profile.usage,
            Counts::OnFinish => UsageAt::FinishChunkAlways,
            Counts::OnEveryChunk => UsageAt::EveryChunk,
            Counts::Nothing => UsageAt::Nowhere,
        }
    }

    fn put_usage(&self, chunks: &mut [Value]) {
        if let Some(last) = chunks.last_mut() {
            last["usage"] = self.usage();
        }
    }

    fn usage(&self) -> Value {
        if self.setting.counts == Counts::ZerosAndTimings {
            return json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0});
        }
        let (prompt, completion) = (self.said.prompt_tokens, self.said.completion_tokens);
        let mut usage = json!({
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        });
        if self.profile.cached {
            let cached = self.said.cached_tokens;
            usage["prompt_tokens_details"] = json!({ "cached_tokens": cached });
        }
        let fields = usage.as_object_mut().unwrap();
        put(fields, self.profile.usage_extra, self);
        if self.is_more_asked {
            put(fields, self.profile.usage_on_header, self);
        }
        usage
    }

    fn timings(&self) -> Option<Value> {
        let kind = match self.setting.counts {
            Counts::Usual | Counts::OnEveryChunk => self.profile.timings,
            Counts::OnFinish => Timings::WithoutCache,
            Counts::ZerosAndTimings => Timings::Full,
            Counts::Nothing => Timings::None,
        };
        if kind == Timings::None {
            return None;
        }
        let said = self.said;
        let mut timings = json!({
            "prompt_n": said.prompt_tokens - said.cached_tokens,
            "prompt_ms": 10.0,
            "prompt_per_token_ms": 0.5,
            "prompt_per_second": 2000.0,
            "predicted_n": said.completion_tokens,
            "predicted_ms": 100.0,
            "predicted_per_token_ms": 5.0,
            "predicted_per_second": 200.0,
        });
        if kind == Timings::Full {
            timings["cache_n"] = json!(said.cached_tokens);
        }
        Some(timings)
    }

    fn data(&self, text: &str) -> String {
        self.block(&format!("data: {text}"))
    }

    fn block(&self, line: &str) -> String {
        let end = self.profile.line_end;
        format!("{line}{end}{end}")
    }
}

/// The deltas of a call that stand by themselves.
fn call_steps(call: &Call, calls: Calls) -> Vec<Step> {
    let later = |piece: &str| json!({"index": 0, "function": {"arguments": piece}});
    let nulled = |piece: &str| {
        json!({
            "index": 0,
            "id": null,
            "type": "function",
            "function": {"name": null, "arguments": piece},
        })
    };
    let mut pieces = pieces_of(&call.arguments);
    let first = pieces.remove(0);
    let opening = json!({
        "index": 0,
        "id": CALL_ID,
        "type": "function",
        "function": {"name": call.name, "arguments": first},
    });
    match calls {
        Calls::Pieces => {
            let entries = [opening].into_iter().chain(pieces.iter().map(|p| later(p)));
            entries
                .map(|entry| Step::of(json!({"tool_calls": [entry]})))
                .collect()
        }
        Calls::TwoEntries => {
            let second = later(&pieces.remove(0));
            let both = Step::of(json!({"content": null, "tool_calls": [opening, second]}));
            let rest = pieces.iter().map(|piece| later(piece));
            let rest = rest.map(|entry| Step::of(json!({"tool_calls": [entry]})));
            [both].into_iter().chain(rest).collect()
        }
        Calls::PiecesWithNulls => {
            let mut steps = vec![Step::of(json!({"tool_calls": [opening]}))];
            steps.extend(pieces.iter().map(|piece| {
                let calls = [nulled(piece)];
                let mut step =
                    Step::of(json!({"role": null, "content": null, "tool_calls": calls}));
                step.has_null_usage = true;
                step
            }));
            steps
        }
        Calls::Whole => vec![Step::of(json!({"tool_calls": [entry(call)]}))],
        Calls::WholeWithRole => {
            vec![Step::of(
                json!({"role": "assistant", "tool_calls": [entry(call)]}),
            )]
        }
        Calls::LastContent => {
            vec![Step::of(
                json!({"content": "", "tool_calls": [entry(call)]}),
            )]
        }
        Calls::FinishChunk => Vec::new(),
        Calls::AsText => vec![Step::of(json!({"content": as_text(call)}))],
    }
}

/// A whole call.
fn entry(call: &Call) -> Value {
    json!({
        "index": 0,
        "id": CALL_ID,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    })
}

/// The arguments in several pieces, the first of them empty.
fn pieces_of(arguments: &str) -> Vec<String> {
    let letters: Vec<char> = arguments.chars().collect();
    let pieces = letters.chunks(4).map(|piece| piece.iter().collect());
    [String::new()].into_iter().chain(pieces).collect()
}

fn as_text(call: &Call) -> String {
    let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
    let call = json!({"name": call.name, "arguments": arguments});
    format!("<tool_call>\n{call}\n</tool_call>")
}

fn tagged(thought: &str) -> String {
    format!("<think>\n{thought}\n</think>\n\n")
}

/// Adds the fields of a table.
fn put(object: &mut Map<String, Value>, fields: &[Field], telling: &Telling<'_>) {
    let model = &telling.said.model;
    let reasoning = telling.said.reasoning.len() as u64;
    for (key, cell) in fields {
        let value = value_of(cell, model, telling.setting.context, reasoning);
        object.insert((*key).to_owned(), value);
    }
}

/// A cell of a table as JSON.
pub(super) fn value_of(cell: &Cell, model: &str, context: u64, reasoning: u64) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Number(number) => json!(number),
        Cell::Rate(number) => json!(number),
        Cell::Empty => json!([]),
        Cell::Model => json!(model),
        Cell::Context => json!(context),
        Cell::Reasoning => json!(reasoning),
        Cell::Object(fields) => {
            let fields = fields.iter().map(|(key, cell)| {
                let value = value_of(cell, model, context, reasoning);
                ((*key).to_owned(), value)
            });
            Value::Object(fields.collect())
        }
    }
}
