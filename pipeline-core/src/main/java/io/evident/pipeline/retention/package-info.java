/** What has expired: hidden from every answer at once, whenever its bytes are freed. */
package io.evident.pipeline.retention;
