//! A file is there whole or not at all.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tempfile::Builder;

/// Held while a file is being written.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits for a write to end, and lets none begin while it runs.
pub(super) fn while_nothing_is_written(action: impl FnOnce()) {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    action();
}

/// Writes a file that only its owner may read, by way of a temporary file in the same folder.
///
/// On an error the temporary file goes away and an older file of that name stays as it was. So it does on an interrupt, if
/// [`on_interrupt`](super::on_interrupt) is set up.
///
/// # Errors
/// Those of creating, writing, syncing and renaming a file.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // tempfile creates it with mode 0600 on Unix.
    let mut file = Builder::new().prefix(".fargcheck-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Makes the new name last through a power cut, where the file system can: the content is safe already.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_for_its_owner_only() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("snapshot.json");
        write_whole(&path, b"one")?;
        write_whole(&path, b"two")?;
        assert_eq!(std::fs::read(&path)?, b"two");
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 1, "nothing else is left in the folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        }
        Ok(())
    }

    #[test]
    fn a_failure_leaves_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("taken");
        std::fs::create_dir(&path)?;
        assert!(write_whole(&path, b"x").is_err());
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }
}
