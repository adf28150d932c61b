//! Where requests wait for their answers.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use super::error::{Error, in_words};

/// Most threads that wait for the system's look-up at the same time.
const MOST_THREADS: usize = 64;

/// Runs `work` to its end on this thread.
///
/// # Errors
/// When the system has no means for it.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    with_runtime(|runtime| runtime.block_on(work))
}

/// Lends a runtime of this thread.
///
/// # Errors
/// When the system has no means for it.
pub(super) fn with_runtime<T>(work: impl FnOnce(&Runtime) -> T) -> Result<T, Error> {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(MOST_THREADS)
        .enable_all()
        .build()
        .map_err(|error| Error::Usage(format!("no request can be sent: {}", in_words(&error))))?;
    let outcome = work(&runtime);
    // A look-up by the system cannot be cancelled; its thread ends by itself.
    runtime.shutdown_background();
    Ok(outcome)
}
