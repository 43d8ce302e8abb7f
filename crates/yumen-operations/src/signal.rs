//! The signals that a daemon heeds: Ctrl-C and the one to terminate end it, a hang-up has it read
//! its settings anew.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits until the process is interrupted or asked to end.
///
/// # Errors
/// The signal cannot be waited for.
pub fn until_interrupted() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    })
}

/// A flag that is set whenever the process is told to read its settings anew (SIGHUP).
///
/// # Errors
/// No thread can be had.
pub fn hung_up() -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    std::thread::Builder::new()
        .name("yumen-reload".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()?;
            runtime.block_on(async {
                let kind = tokio::signal::unix::SignalKind::hangup();
                let mut hung_up = tokio::signal::unix::signal(kind)?;
                while hung_up.recv().await.is_some() {
                    set.store(true, Ordering::SeqCst);
                }
                io::Result::Ok(())
            })
        })?;
    Ok(flag)
}

/// A flag that is set once the process is interrupted or asked to end.
///
/// # Errors
/// No thread can be had.
pub fn interrupted() -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    std::thread::Builder::new()
        .name("yumen-signal".to_owned())
        .spawn(move || {
            // Without signals the flag is never set, and the process ends as the system ends it.
            if until_interrupted().is_ok() {
                set.store(true, Ordering::SeqCst);
            }
        })?;
    Ok(flag)
}
