/** What rules and holds make expire, how they are changed, and having bytes freed. */
package io.evident.server.retention;
