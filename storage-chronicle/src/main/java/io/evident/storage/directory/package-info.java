/**
 * The directories that a server works in: how they are laid out, their locks, and whether the standby volume and the backup
 * directory are there and are the ones that they were.
 */
package io.evident.storage.directory;
