/** The event and its answers as JSON: strict streaming reader, writer, problem documents. Needs jackson-core. */
package io.evident.event.json;
