//! The `clawconf` command.

fn main() -> std::process::ExitCode {
    clawconf::cli::run()
}
