/** How senders are answered. */
package io.evident.pipeline.receipt;
