/**
 * Runs inside a page before the page's own scripts: gives it a camera, a microphone and a screen of one colour and one tone
 * each, and measures what its tiles show and play.
 *
 * @typedef {{ readonly colours: readonly [camera: string, screen: string], readonly tones: readonly [microphone: number, screen: number], readonly denies: string | undefined, readonly scale: ReadonlyArray<number>, readonly palette: { readonly [name: string]: readonly [red: number, green: number, blue: number] } }} Person
 * @typedef {{ person: Person, perception: { now: () => ReadonlyArray<string>, ever: () => ReadonlyArray<string> } }} World
 */
{
  const world = /** @type {World} */ (/** @type {unknown} */ (globalThis))
  const { colours, denies, palette, scale, tones } = world.person
  const audio = new AudioContext()

  // What this person gives.

  /** @type {(hertz: number) => MediaStreamTrack} */
  const tone = (hertz) => {
    const oscillator = audio.createOscillator()
    const volume = audio.createGain()
    const out = audio.createMediaStreamDestination()
    oscillator.frequency.value = hertz
    volume.gain.value = 0.3
    oscillator.connect(volume).connect(out)
    oscillator.start()
    return /** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0])
  }

  /** @type {(name: string) => MediaStreamTrack} */
  const picture = (name) => {
    const canvas = document.createElement("canvas")
    canvas.width = 160
    canvas.height = 120
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
    let count = 0
    const paint = () => {
      context.fillStyle = `rgb(${palette[name]?.join(" ")})`
      context.fillRect(0, 0, 160, 120)
      // A picture that stays the same is not sent again.
      context.fillStyle = "black"
      context.fillRect((count++ * 8) % 160, 112, 8, 8)
    }
    paint()
    setInterval(paint, 100)
    return /** @type {MediaStreamTrack} */ (canvas.captureStream(10).getVideoTracks()[0])
  }

  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (constraints?.video && denies === "camera") throw new DOMException("no", "NotAllowedError")
    return new MediaStream(constraints?.video ? [picture(colours[0])] : [tone(tones[0])])
  }
  navigator.mediaDevices.getDisplayMedia = async () => new MediaStream([picture(colours[1]), tone(tones[1])])

  // What this person sees and hears.

  /** @type {WeakMap<MediaStream, AnalyserNode>} */
  const analysers = new WeakMap()

  /** @type {(stream: MediaStream) => string | undefined} */
  const heard = (stream) => {
    const analyser = analysers.get(stream) ?? audio.createAnalyser()
    if (!analysers.has(stream)) {
      analyser.fftSize = 8_192
      analyser.smoothingTimeConstant = 0
      audio.createMediaStreamSource(stream).connect(analyser)
      analysers.set(stream, analyser)
    }
    const levels = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(levels)
    const loudest = Math.max(...levels)
    const hertz = levels.indexOf(loudest) * audio.sampleRate / analyser.fftSize
    // Whatever is played begins a little faster or slower, until the buffer of its packets is as long as it should be.
    const near = scale.find((tone) => Math.abs(hertz / tone - 1) < 0.1)
    return loudest > -45 && near ? `${near} Hz` : undefined
  }

  const sample = document.createElement("canvas")
  sample.width = 8
  sample.height = 8

  /** @type {(video: HTMLVideoElement) => string | undefined} */
  const seen = (video) => {
    const context = /** @type {CanvasRenderingContext2D} */ (sample.getContext("2d", { willReadFrequently: true }))
    // Without the border, where the moving mark is.
    context.drawImage(video, 16, 16, video.videoWidth - 32, video.videoHeight - 48, 0, 0, 8, 8)
    const { data } = context.getImageData(0, 0, 8, 8)
    const mean = [0, 1, 2].map((channel) => data.filter((_, at) => at % 4 === channel).reduce((a, b) => a + b / 64, 0))
    const near = Object.entries(palette).find(([, rgb]) =>
      rgb.every((value, channel) => Math.abs(value - (mean[channel] ?? 0)) < 80)
    )
    return near?.[0]
  }

  /** @type {() => ReadonlyArray<string>} */
  const now = () =>
    Array.from(document.querySelectorAll(".tile:not([data-own])")).flatMap((tile) =>
      Array.from(tile.querySelectorAll("video, audio")).flatMap((element) => {
        if (!(element instanceof HTMLMediaElement && element.srcObject instanceof MediaStream)) return []
        const isShown = element instanceof HTMLVideoElement && tile.hasAttribute("data-picture") &&
          element.videoWidth > 0
        const sign = element instanceof HTMLVideoElement ? isShown && seen(element) : heard(element.srcObject)
        return sign ? [`${tile.getAttribute("data-user")} ${element.getAttribute("data-type")}: ${sign}`] : []
      })
    )

  /** @type {Set<string>} */
  const ever = new Set()
  setInterval(() => now().forEach((one) => ever.add(one)), 100)
  world.perception = { now, ever: () => Array.from(ever).toSorted() }
}
