//! Verifies many models side by side, within bounds; the report is in the order of the configs.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, LocalSet};

use super::plan::{Plan, Unit, settings};
use crate::cli::args::{Args, Format, Verify};
use crate::cli::error::Error;
use crate::cli::{printable, remark, runtime};
use crate::live::verification::{Settings, Survey, Target, survey, verify};
use crate::trust::Origin;
use crate::verification::{
    Check, Evidence, ModelReport, Outcome, ProviderReport, Report, Status, Subject,
    backend as judge_backend,
};

/// Most servers that are asked at the same time whether they are there; one that is silent holds up
/// nobody else.
const MOST_SURVEYS: usize = 64;

/// What is said of a model whose turn did not come before the end.
const INTERRUPTED: &str = "interrupted";

/// What is said of a model that nobody came back with.
const LOST: &str = "not verified, by a fault of clawconf itself: please report it";

/// What is said of a model that came after one that failed.
const AFTER_FAILURE: &str = "left out after a failure (--fail-fast)";

/// Verifies all of a plan.
pub(super) fn run(plan: Plan, command: &Verify, args: &Args) -> Result<Report, Error> {
    let models = plan.units.iter().map(|unit| unit.models.len()).sum();
    let progress = progress(models, args);
    let job = Job::new(plan, command, args);
    let report =
        runtime::with_runtime(|runtime| LocalSet::new().block_on(runtime, job.run(&progress)));
    progress.finish_and_clear();
    report
}

/// A progress bar; it hides itself where there is no terminal.
fn progress(models: usize, args: &Args) -> ProgressBar {
    if args.quiet || args.format != Format::Human {
        return ProgressBar::hidden();
    }
    let mut bar = ProgressBar::new(models as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} models") {
        bar = bar.with_style(style);
    }
    // So that something is to be seen before the first one is done.
    bar.tick();
    bar
}

/// Something that is done.
enum Done {
    Surveyed(usize, Box<Survey>),
    /// A model; none when it was left out.
    Verified(usize, usize, Option<Box<ModelReport>>),
}

struct Job {
    settings: Settings,
    is_verbose: bool,
    per_host: usize,
    surveys: Arc<Semaphore>,
    models: Arc<Semaphore>,
    hosts: HashMap<String, Arc<Semaphore>>,
    has_failed: Arc<AtomicBool>,
    targets: Vec<Option<Arc<Target>>>,
    /// The models of each unit, until they are taken up.
    subjects: Vec<Vec<Subject>>,
    tasks: JoinSet<Done>,
    report: Report,
}

impl Job {
    fn new(plan: Plan, command: &Verify, args: &Args) -> Job {
        let mut job = Job {
            settings: settings(command),
            is_verbose: args.verbose,
            per_host: usize::from(command.per_host),
            surveys: Arc::new(Semaphore::new(MOST_SURVEYS)),
            models: Arc::new(Semaphore::new(usize::from(command.concurrency))),
            hosts: HashMap::new(),
            has_failed: Arc::default(),
            targets: Vec::new(),
            subjects: Vec::new(),
            tasks: JoinSet::new(),
            report: Report {
                providers: Vec::new(),
                interrupted: false,
            },
        };
        for unit in plan.units {
            job.add(unit);
        }
        job
    }

    /// Takes a provider up, with a report in which nothing has been checked.
    fn add(&mut self, unit: Unit) {
        let mut outcomes = vec![unit.config_outcome];
        let target = match unit.target {
            Ok(target) => Some(Arc::new(target)),
            Err(why) => {
                outcomes.push(Outcome::fail(Check::Origin, why));
                None
            }
        };
        let mut subjects = Vec::new();
        let mut models = Vec::new();
        for (subject, config_outcome) in unit.models {
            models.push(ModelReport {
                id: subject.id.clone(),
                outcomes: vec![config_outcome],
                speed: None,
                exchanges: Vec::new(),
                left_out: target.is_some().then_some(INTERRUPTED),
            });
            subjects.push(subject);
        }
        self.report.providers.push(ProviderReport {
            config: unit.config,
            id: unit.provider,
            base_url: unit.base_url,
            backend: None,
            outcomes,
            models,
        });
        self.targets.push(target);
        self.subjects.push(subjects);
    }

    /// Runs to the end, or until a person ends it; what is known by then is in the report.
    async fn run(mut self, progress: &ProgressBar) -> Report {
        for (nth, target) in self.targets.iter().enumerate() {
            let Some(target) = target.clone() else {
                progress.inc(self.subjects.get(nth).map_or(0, Vec::len) as u64);
                continue;
            };
            let (permits, settings) = (Arc::clone(&self.surveys), self.settings);
            self.tasks.spawn_local(async move {
                // The semaphore is never closed.
                let _permit = permits.acquire().await;
                Done::Surveyed(nth, Box::new(survey(&target, settings).await))
            });
        }
        self.note_failures();
        // One for the whole time: a new one each time would not hear what came in between.
        let interrupt = tokio::signal::ctrl_c();
        tokio::pin!(interrupt);
        loop {
            let done = tokio::select! {
                done = self.tasks.join_next() => done,
                _ = &mut interrupt => {
                    self.report.interrupted = true;
                    None
                }
            };
            match done {
                None => {
                    self.tell_lost();
                    return self.report;
                }
                Some(Ok(Done::Surveyed(nth, survey))) => self.surveyed(nth, *survey),
                Some(Ok(Done::Verified(unit, nth, report))) => {
                    self.verified(unit, nth, report.map(|report| *report), progress);
                    progress.inc(1);
                }
                // A task that panicked leaves its models as they were, to be told in the end.
                Some(Err(_)) => {}
            }
            self.note_failures();
        }
    }

    /// Fails the models that nobody came back with: a fault of clawconf itself must not look like a pass.
    fn tell_lost(&mut self) {
        if self.report.interrupted {
            return;
        }
        let providers = self.report.providers.iter_mut();
        for model in providers.flat_map(|provider| &mut provider.models) {
            if model.left_out == Some(INTERRUPTED) {
                model.left_out = None;
                model.outcomes.push(Outcome::fail(Check::Stream, LOST));
            }
        }
    }

    fn note_failures(&self) {
        if self.settings.fails_fast && self.report.has_failures() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
    }

    /// A server is known, so its models can be verified.
    fn surveyed(&mut self, unit: usize, mut survey: Survey) {
        let subjects = self.subjects.get_mut(unit).map(std::mem::take);
        let target = self.targets.get(unit).cloned().flatten();
        let (Some(subjects), Some(target)) = (subjects, target) else {
            return;
        };
        if let Some(report) = self.report.providers.get_mut(unit) {
            report.outcomes.append(&mut survey.outcomes);
            report.backend = survey.backend.map(|backend| backend.name().to_owned());
        }
        let host = Origin::parse(&target.base_url).map(|origin| origin.to_string());
        let host = host.unwrap_or_else(|_| target.base_url.clone());
        let per_host = self.per_host;
        let host = self.hosts.entry(host);
        let host = host.or_insert_with(|| Arc::new(Semaphore::new(per_host)));
        let (host, all) = (Arc::clone(host), Arc::clone(&self.models));
        let survey = Arc::new(survey);
        for (nth, subject) in subjects.into_iter().enumerate() {
            let (target, survey) = (Arc::clone(&target), Arc::clone(&survey));
            let (host, all) = (Arc::clone(&host), Arc::clone(&all));
            let (settings, has_failed) = (self.settings, Arc::clone(&self.has_failed));
            self.tasks.spawn_local(async move {
                // First that of the host, so that who waits for a busy one holds up no other.
                let _of_host = host.acquire().await;
                let _of_all = all.acquire().await;
                if has_failed.load(Ordering::Relaxed) {
                    return Done::Verified(unit, nth, None);
                }
                let report = verify(&target, &survey, &subject, settings).await;
                let mut outcomes = report.outcomes.iter();
                if settings.fails_fast && outcomes.any(|outcome| outcome.status == Status::Fail) {
                    // Before the next one gets the permit.
                    has_failed.store(true, Ordering::Relaxed);
                }
                Done::Verified(unit, nth, Some(Box::new(report)))
            });
        }
    }

    fn verified(
        &mut self,
        unit: usize,
        nth: usize,
        report: Option<ModelReport>,
        progress: &ProgressBar,
    ) {
        let Some(provider) = self.report.providers.get_mut(unit) else {
            return;
        };
        let Some(model) = provider.models.get_mut(nth) else {
            return;
        };
        let Some(report) = report else {
            model.left_out = Some(AFTER_FAILURE);
            return;
        };
        let mut outcomes = std::mem::take(&mut model.outcomes);
        outcomes.extend(report.outcomes);
        *model = ModelReport { outcomes, ..report };
        if self.is_verbose {
            progress.suspend(|| tell(provider, nth));
        }
        if provider.backend.is_none()
            && let Some(target) = self.targets.get(unit).cloned().flatten()
        {
            recognise_by_answers(&target, provider, nth);
        }
    }
}

/// Tells the exchanges with a model, a line each.
fn tell(provider: &ProviderReport, nth: usize) {
    let Some(model) = provider.models.get(nth) else {
        return;
    };
    for exchange in &model.exchanges {
        let end = match (&exchange.failure, &exchange.finish) {
            (Some(failure), _) => failure.kind,
            (None, Some(finish)) => finish.word(),
            (None, None) => "no finish reason",
        };
        let (id, label) = (&provider.id, &exchange.label);
        let took = exchange.total.as_millis();
        remark(&printable(&format!(
            "{id}/{}: {label}: {end} after {took} ms",
            model.id
        )));
    }
}

/// Tells the server by what its answers say, where its lists did not.
fn recognise_by_answers(target: &Target, provider: &mut ProviderReport, nth: usize) {
    let exchanges = provider.models.get(nth).map(|model| &model.exchanges);
    let mut prints = exchanges.into_iter().flatten();
    let evidence = Evidence {
        fingerprint: prints.find_map(|exchange| exchange.fingerprint.as_deref()),
        ..Evidence::default()
    };
    let (found, outcome) = judge_backend(&target.provider, &evidence, target.place.clone());
    let Some(found) = found else { return };
    provider.backend = Some(found.name().to_owned());
    let mut outcomes = provider.outcomes.iter_mut();
    if let Some(known) = outcomes.find(|known| known.check == Check::Backend) {
        *known = outcome;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(models: usize) -> Job {
        let model = ModelReport {
            id: "owl".to_owned(),
            outcomes: Vec::new(),
            speed: None,
            exchanges: Vec::new(),
            left_out: Some(INTERRUPTED),
        };
        let provider = ProviderReport {
            config: "a".to_owned(),
            id: "box".to_owned(),
            base_url: String::new(),
            backend: None,
            outcomes: Vec::new(),
            models: vec![model; models],
        };
        Job {
            settings: Settings {
                quick: true,
                wait: None,
                repeat: 1,
                fails_fast: false,
                patience: std::time::Duration::from_secs(1),
            },
            is_verbose: false,
            per_host: 1,
            surveys: Arc::new(Semaphore::new(1)),
            models: Arc::new(Semaphore::new(1)),
            hosts: HashMap::new(),
            has_failed: Arc::default(),
            targets: Vec::new(),
            subjects: Vec::new(),
            tasks: JoinSet::new(),
            report: Report {
                providers: vec![provider],
                interrupted: false,
            },
        }
    }

    #[test]
    fn a_model_that_got_lost_has_failed() {
        let mut lost = job(2);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let report = LocalSet::new().block_on(&runtime, async move {
            lost.tasks.spawn_local(async { panic!("on purpose") });
            lost.run(&ProgressBar::hidden()).await
        });
        assert!(report.has_failures());
        assert_eq!(report.totals().failed, 2);
        let mut ended = job(1);
        ended.report.interrupted = true;
        ended.tell_lost();
        assert_eq!(ended.report.totals().skipped, 1);
    }
}
